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

namespace sufragio::adapters {

namespace {

Result<Bytes> write_png(int width, int height, ByteView pixels, png_uint_32 format) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  if (width < 1 || height < 1 || pixels.size() != PNG_IMAGE_SIZE(image)) {
    return fail(ports::kDrawFailed, {{"detail", "size"}});
  }
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes out(size);
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
    return fail(ports::kDrawFailed, {{"detail", image.message}});
  }
  out.resize(size);
  return out;
}

}  // namespace

Result<Bytes> write_png_rgb(int width, int height, ByteView rgb) {
  return write_png(width, height, rgb, PNG_FORMAT_RGB);
}

Result<Bytes> write_png_grey(const ports::GreyImage& image) {
  return write_png(image.width, image.height, image.grey, PNG_FORMAT_GRAY);
}

}  // namespace sufragio::adapters
