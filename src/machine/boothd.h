#pragma once

#include "machine/escpos.h"
#include "machine/links.h"

// The process of the booth: ballot session, screen and printer. It knows choices and no person, no
// time of day, no key and no network. What it hears from authd is "unlock one ballot of style S",
// what it says is idle, busy, or a code for the officials.
namespace sufragio::machine {

class Boothd {
 public:
  struct Ports {
    ports::Printer* printer = nullptr;
    ports::Drawer* drawer = nullptr;
    Rng* rng = nullptr;
    ports::QrReader* one_reader = nullptr;
    ports::QrReader* other_reader = nullptr;
    const acta::MachineRegistry* machines = nullptr;  // who may sign, to draw an acta
  };
  // `vault` must outlive it. F3xx when the receipts of the style cannot be drawn.
  [[nodiscard]] static Result<Boothd> start(const PaperOf& paper, const Policy& policy,
                                            std::uint16_t style, VaultForBooth& vault,
                                            const Ports& ports);
  // A new vault process, or this is a new one: nothing of a session is left. What to tell authd.
  [[nodiscard]] std::vector<ToAuth> resume();

  // One event and everything that follows from it; what there is to tell authd.
  [[nodiscard]] std::vector<ToAuth> on(const BoothEvent& event);
  // What authd has to know when it is new: idle, or busy.
  [[nodiscard]] ToAuth presence() const;
  [[nodiscard]] const BoothState& state() const { return state_; }
  // Pages of the officials: printed and cut, or their fault; 8301 when the codes of an acta do not
  // read back, and then nothing is printed. May be repeated; never a receipt.
  [[nodiscard]] std::optional<Fault> print(const PrintJob& job);
  [[nodiscard]] int receipt_height() const { return press_.height(); }
  [[nodiscard]] std::uint32_t jobs_completed() const { return jobs_.completed(); }

 private:
  Boothd(const PaperOf& paper, const Policy& policy, VaultForBooth& vault, const Ports& ports,
         ReceiptPress press)
      : paper_{paper},
        policy_{policy},
        vault_{&vault},
        ports_{ports},
        jobs_{*ports.printer, *ports.rng},
        press_{std::move(press)} {}
  [[nodiscard]] std::optional<BoothEvent> run(const BoothEffect& effect, std::vector<ToAuth>& told);
  [[nodiscard]] std::optional<Fault> print(const ActaJob& job);
  [[nodiscard]] std::optional<Fault> print(const codec::Drawing& drawing);

  PaperOf paper_;
  Policy policy_;
  VaultForBooth* vault_;
  Ports ports_;
  PrintJobs jobs_;
  ReceiptPress press_;
  std::vector<BallotShape> shapes_;
  BoothState state_;
};

}  // namespace sufragio::machine
