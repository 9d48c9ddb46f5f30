#pragma once

#include "machine/booth.h"
#include "machine/escpos.h"
#include "machine/paper.h"
#include "machine/vaultd.h"

// The process of the booth: ballot session, screen and printer. It knows choices and no person, no
// time of day, no key and no network. What it hears from authd is "unlock one ballot of style S",
// what it says is idle, busy, or a code for the officials.
namespace sufragio::machine {

struct BoothIsIdle {
  std::uint8_t parity = 0;
};
struct BoothIsBusy {};
struct BoothCalls {
  Fault fault = Fault::expired;
};
using ToAuth = std::variant<BoothIsIdle, BoothIsBusy, BoothCalls>;

class Boothd {
 public:
  struct Ports {
    ports::Printer* printer = nullptr;
    ports::Drawer* drawer = nullptr;
    Rng* rng = nullptr;
  };
  // `vaultd` must outlive it. F3xx when the receipts cannot be drawn.
  [[nodiscard]] static Result<Boothd> start(const PaperOf& paper, const Policy& policy,
                                            Vaultd& vaultd, const Ports& ports, bool void_print);

  // One event and everything that follows from it; what there is to tell authd.
  [[nodiscard]] std::vector<ToAuth> on(const BoothEvent& event);
  [[nodiscard]] const BoothState& state() const { return state_; }
  // A page of the officials: printed and cut, or its fault. May be repeated; never a receipt.
  [[nodiscard]] std::optional<Fault> print_page(const codec::Raster& page);
  [[nodiscard]] int receipt_height() const { return press_.height(); }
  [[nodiscard]] std::uint32_t jobs_completed() const { return jobs_.completed(); }

 private:
  Boothd(const PaperOf& paper, const Policy& policy, Vaultd& vaultd, const Ports& ports,
         ReceiptPress press)
      : policy_{policy},
        vaultd_{&vaultd},
        jobs_{*ports.printer, *ports.rng},
        press_{std::move(press)},
        definition_{paper.definition} {}
  [[nodiscard]] std::optional<BoothEvent> run(const BoothEffect& effect, std::vector<ToAuth>& told);

  Policy policy_;
  Vaultd* vaultd_;
  PrintJobs jobs_;
  ReceiptPress press_;
  const election::Definition* definition_;
  std::vector<BallotShape> shapes_;
  BoothState state_;
};

}  // namespace sufragio::machine
