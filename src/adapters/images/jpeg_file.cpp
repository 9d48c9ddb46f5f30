#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include "adapters/images/image_reader.h"
#include "ports/codes.h"

namespace sufragio::adapters::images {

namespace {

// libjpeg has no return value for failure: its error exit must not return, so it jumps back. All
// that needs a destructor lives outside of the function that calls setjmp.
struct Reader {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
};

void on_error(j_common_ptr info) {
  auto* const reader = static_cast<Reader*>(info->client_data);
  std::longjmp(reader->back, 1);
}
void on_message(j_common_ptr) {}

enum class Step { done, broken };

// Two passes: the header (`pixels` false), then, when the size is allowed, the rows into
// `out.grey`.
Step run(Reader& reader, ByteView file, ports::GreyImage& out, bool pixels) {
  reader.info.err = jpeg_std_error(&reader.errors);
  reader.errors.error_exit = on_error;
  reader.errors.output_message = on_message;
  reader.info.client_data = &reader;
  if (setjmp(reader.back) != 0) {
    jpeg_destroy_decompress(&reader.info);
    return Step::broken;
  }
  jpeg_create_decompress(&reader.info);
  reader.info.client_data = &reader;
  jpeg_mem_src(&reader.info, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&reader.info, TRUE);
  if (!pixels) {
    out.width = static_cast<int>(reader.info.image_width);
    out.height = static_cast<int>(reader.info.image_height);
    jpeg_destroy_decompress(&reader.info);
    return Step::done;
  }
  reader.info.out_color_space = JCS_GRAYSCALE;
  reader.info.mem->max_memory_to_use = 256L << 20;
  jpeg_start_decompress(&reader.info);
  while (reader.info.output_scanline < reader.info.output_height) {
    JSAMPROW row = out.grey.data() + static_cast<std::size_t>(reader.info.output_scanline) *
                                         static_cast<std::size_t>(out.width);
    jpeg_read_scanlines(&reader.info, &row, 1);
    // A warning means missing or damaged data that the library filled in with grey.
    if (reader.errors.num_warnings != 0) on_error(reinterpret_cast<j_common_ptr>(&reader.info));
  }
  jpeg_finish_decompress(&reader.info);
  jpeg_destroy_decompress(&reader.info);
  return Step::done;
}

}  // namespace

Result<ports::GreyImage> read_jpeg(ByteView file) {
  ports::GreyImage out;
  {
    Reader reader;
    if (run(reader, file, out, false) != Step::done) return fail(ports::kBrokenImage);
  }
  TRY(check_size(out.width, out.height));
  out.grey.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  Reader reader;
  if (run(reader, file, out, true) != Step::done) return fail(ports::kBrokenImage);
  return out;
}

}  // namespace sufragio::adapters::images
