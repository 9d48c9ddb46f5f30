#include <png.h>

#include <memory>

#include "adapters/images/image_reader.h"
#include "ports/codes.h"

namespace sufragio::adapters::images {

namespace {

struct FreeImage {
  void operator()(png_image* image) const {
    png_image_free(image);
    delete image;
  }
};

}  // namespace

// The simplified interface of libpng 1.6 reports failures without longjmp through our frames.
Result<ports::GreyImage> read_png(ByteView file) {
  const std::unique_ptr<png_image, FreeImage> image{new png_image{}};
  image->version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(image.get(), file.data(), file.size()) == 0) {
    return fail(ports::kBrokenImage, {{"detail", image->message}});
  }
  TRY(check_size(image->width, image->height));
  image->format = PNG_FORMAT_GRAY;
  ports::GreyImage out{static_cast<int>(image->width), static_cast<int>(image->height), {}};
  out.grey.resize(PNG_IMAGE_SIZE(*image));
  const png_color white{255, 255, 255};  // behind transparent pixels: paper
  if (png_image_finish_read(image.get(), &white, out.grey.data(), 0, nullptr) == 0) {
    return fail(ports::kBrokenImage, {{"detail", image->message}});
  }
  // A file cut short is only a warning to this interface; half an acta must not pass for one.
  if ((image->warning_or_error & PNG_IMAGE_ERROR) != 0) return fail(ports::kBrokenImage);
  return out;
}

}  // namespace sufragio::adapters::images
