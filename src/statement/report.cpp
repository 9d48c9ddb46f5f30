#include "statement/report.h"

namespace sufragio::statement {

std::vector<Statement> statements_of(const Report& report) {
  std::vector<Statement> out;
  for (const Section& section : report.sections) {
    out.insert(out.end(), section.statements.begin(), section.statements.end());
  }
  return out;
}

}  // namespace sufragio::statement
