#include "report_file.h"

#include "adapters/cairo/drawer.h"
#include "adapters/qrencode/qr_encoder.h"
#include "codes.h"
#include "files.h"
#include "page_kit.h"
#include "resources.h"
#include "services/statements/render.h"
#include "statement/file.h"

namespace sufragio::app {

namespace {

Result<Bytes> report_bytes(const statement::Report& report, std::string_view path,
                           const services::Catalogue& words) {
  const auto bytes = [](const std::string& text) { return to_bytes(as_bytes(text)); };
  if (path.ends_with(".html")) {
    const auto pages = TRY(templates(words));
    const std::string html =
        TRY(services::report_html(report, words, *pages, resource("assets/site.css")));
    return bytes(html);
  }
  if (path.ends_with(".pdf")) {
    adapters::LibQrEncoder encoder;
    const auto drawer = TRY(adapters::CairoDrawer::create(encoder));
    return drawer->pdf(services::report_drawing(report, words, 0));
  }
  if (path.ends_with(".json")) {
    return bytes(statement::json_file(statement::statements_of(report)));
  }
  if (path.ends_with(".csv")) return bytes(services::report_csv(report, words));
  if (path.ends_with(".txt")) return bytes(services::report_text(report, words));
  return fail(kUnknownForm, {{"file", std::string{path}}});
}

}  // namespace

Result<void> write_report(const statement::Report& report, const std::string& path,
                          const Console& console) {
  const Bytes bytes = TRY(report_bytes(report, path, console.words()));
  TRY(write_whole(path, bytes));
  console.note("report.written", {{"file", path}});
  return {};
}

Result<void> write_reports(const statement::Report& report, const std::vector<std::string>& paths,
                           const Console& console) {
  for (const std::string& path : paths) TRY(write_report(report, path, console));
  return {};
}

int answer(const Result<statement::Report>& report, TableFormat format,
           const std::vector<std::string>& paths, const Console& console) {
  if (!report) return console.fail(report.error());
  console.report(*report, format);
  const auto written = write_reports(*report, paths, console);
  return written ? 0 : console.fail(written.error());
}

}  // namespace sufragio::app
