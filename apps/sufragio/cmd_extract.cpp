// sufragio biometrics extract: minutiae of one image of a finger, and the picture of them.
#include <algorithm>

#include "adapters/images/image_reader.h"
#include "biometrics/extract.h"
#include "biometrics/fmr.h"
#include "biometrics/image_record.h"
#include "biometrics/picture_svg.h"
#include "commands.h"
#include "files.h"
#include "print_picture.h"

namespace sufragio::app {

namespace {

using biometrics::GreyImage;

Result<GreyImage> decoded(ByteView file) {
  TRY(biometrics::refuse_coded(file));
  adapters::FileImageReader reader;
  ports::GreyImage image = TRY(reader.read(file));
  return GreyImage{image.width, image.height, 0, std::move(image.grey)};
}

Result<GreyImage> of_record(ByteView file, std::size_t index) {
  const biometrics::ImageRecord record = TRY(biometrics::decode_image_record(file));
  if (record.coding != biometrics::ImageCoding::png || index >= record.images.size()) {
    return biometrics::grey_of(record, index);
  }
  const GreyImage png = TRY(decoded(record.images[index].data));
  return biometrics::grey_of(record, index, &png);
}

Result<GreyImage> read_finger(const std::string& path, std::size_t index) {
  const Bytes file = TRY(read_whole(path));
  const std::string_view text = as_text(file);
  auto image = text.starts_with("FIR")  ? of_record(file, index)
               : text.starts_with("P5") ? biometrics::read_pgm(file)
                                        : decoded(file);
  return annotate(std::move(image), "file", std::string_view{path});
}

Result<void> draw(const std::string& path, const biometrics::Trace& trace,
                  const biometrics::Template& finger) {
  constexpr int kScale = 2;
  if (!path.ends_with(".svg")) {
    return write_picture(path, biometrics::draw_extraction(trace, finger, kScale));
  }
  const biometrics::Canvas ridges = biometrics::draw_ridges(trace, kScale);
  const Bytes png = TRY(adapters::write_png_rgb(ridges.width(), ridges.height(), ridges.rgb()));
  return write_whole(path, as_bytes(biometrics::extraction_svg(trace, finger, png, kScale)));
}

Result<void> extract(const ExtractPrintArgs& args, Console& console) {
  const GreyImage image = TRY(read_finger(args.in, args.image));
  biometrics::ExtractorParams params;
  params.ppcm = args.ppcm;
  params.position = args.position;
  biometrics::Trace trace;
  const biometrics::Template finger = TRY(biometrics::extract(image, params, trace));
  const biometrics::FingerView& view = finger.views[0];
  const auto of_type = [&](biometrics::MinutiaType type) {
    return std::count_if(view.minutiae.begin(), view.minutiae.end(),
                         [&](const biometrics::Minutia& m) { return m.type == type; });
  };
  const auto number = [](auto value) { return Cell{static_cast<std::int64_t>(value)}; };
  if (!args.out.empty()) {
    const Bytes record = TRY(biometrics::encode_fmr(finger, biometrics::FmrFormat::iso_2005));
    TRY(write_whole(args.out, record));
  }
  if (!args.picture.empty()) TRY(draw(args.picture, trace, finger));
  console.table({"quantity", "value"},
                {{"width", number(finger.width)},
                 {"height", number(finger.height)},
                 {"quality", number(view.quality)},
                 {"minutiae", number(view.minutiae.size())},
                 {"endings", number(of_type(biometrics::MinutiaType::ending))},
                 {"bifurcations", number(of_type(biometrics::MinutiaType::bifurcation))}},
                args.format);
  return {};
}

}  // namespace

int run_extract_print(const ExtractPrintArgs& args, Console& console) {
  const Result<void> done = extract(args, console);
  return done ? 0 : console.fail(done.error());
}

}  // namespace sufragio::app
