#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "acta/layout.h"
#include "codec/drawing.h"
#include "election/selections.h"
#include "machine/life.h"
#include "ports/paper.h"

// What the machine prints, as drawings (docs/spec/machine-paper.md). No printed thing of a voter
// carries a number, a time, a code or a mark that could be found again.
namespace sufragio::machine {

using acta::Words;
[[nodiscard]] const std::vector<std::string>& paper_words();  // the catalogue keys used here

struct PaperOf {  // on every page
  const election::Definition* definition = nullptr;
  MesaId mesa;
  const Words* words = nullptr;
};

// The voter's receipt: title, centre and mesa, per contest the choices or VOTO NULO.
[[nodiscard]] codec::Drawing receipt(const PaperOf& of, const election::Selections& selections);

// Receipts of one style as rasters of one height, whatever was chosen: the tallest possible
// choice of each contest is measured once.
class ReceiptPress {
 public:
  [[nodiscard]] static Result<ReceiptPress> of(const PaperOf& of, std::uint16_t style,
                                               ports::Drawer& drawer);  // F3xx
  [[nodiscard]] Result<codec::Raster> print(const election::Selections& selections) const;
  [[nodiscard]] int height() const { return height_; }  // dots

 private:
  ReceiptPress(const PaperOf& of, ports::Drawer& drawer) : of_{of}, drawer_{&drawer} {}
  PaperOf of_;
  ports::Drawer* drawer_;
  int height_ = 0;
};

struct Token {  // of the queue at the hour of close
  std::uint16_t number = 0;
  std::uint16_t of = 0;
  std::string characters;  // six, random
};
[[nodiscard]] codec::Drawing token(const PaperOf& of, const Token& token);

struct ReportLine {
  std::string label_key;  // of paper_words()
  std::string value;
};
// A signed page of officials: installation, copies, delivery, packing … The form of manual voting
// has an empty field for every figure that an acta of this mesa has.
[[nodiscard]] codec::Drawing report(const PaperOf& of, PrintReport::Kind kind,
                                    const std::vector<ReportLine>& lines, std::uint16_t signatures);

// One copy of the acta: public part, then the signature strip under its own salt.
struct ActaCopy {
  const acta::SignedActa* acta = nullptr;
  const acta::MachineRegistry* machines = nullptr;
  Hash32 salt;
  acta::PaperFacts facts;
  std::vector<acta::StripLine> lines;
  acta::CopyMark mark;
};
[[nodiscard]] codec::Drawing acta_copy(const ActaCopy& copy, const Words& words);

// Do both readers read from these sheets exactly the codes of these bytes? Asked before an acta
// counts as printed.
[[nodiscard]] bool reads_back(const std::vector<codec::Raster>& sheets,
                              const acta::SignedActa& acta, ports::QrReader& one,
                              ports::QrReader& other);

}  // namespace sufragio::machine
