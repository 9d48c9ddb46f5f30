#pragma once

#include <vector>

#include "base/rng.h"
#include "ports/memory_store.h"

namespace sufragio::sim {

// A disk in memory that fails like a real one, from a seed. What was written and not synced is
// lost, kept, torn or kept out of order at a power cut; a call can fail, the disk can be full, bits
// can rot. Code under test sees only the Store; the world drives the faults.
//
//   disk.cut_power_at(disk.calls() + 7);  // the seventh call from now is the last
//   ...                                   // that call and every later one fail with F106
//   disk.restart();                       // what survived is there again
class SimDisk : public ports::Store {
 public:
  explicit SimDisk(Rng& rng) : rng_{rng} {}

  [[nodiscard]] Result<std::optional<Bytes>> read(std::string_view path) const override;
  [[nodiscard]] Result<void> write(std::string_view path, ByteView data, bool durable) override;
  [[nodiscard]] Result<void> append(std::string_view path, ByteView data) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> remove(std::string_view path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view folder) const override;

  // What a power cut does to each change that was not synced.
  enum class Loss { random, all_lost, all_kept, all_torn };
  void set_loss(Loss loss) { loss_ = loss; }
  // Calls that change something (write, append, remove, sync) since the disk was made.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  void cut_power_at(std::uint64_t call) { cut_at_ = call; }  // the first call is 1
  void cut_power();                                          // now, between two calls
  [[nodiscard]] bool power_is_off() const { return power_is_off_; }
  // Power and a fresh mount: the unsynced changes have met their fate, a failed sync is over.
  void restart();

  // The call with this number fails: a write, append or remove with F103 and no effect, a sync with
  // F105, after which the disk is of no use before `restart`.
  void fail_call(std::uint64_t call) { fail_at_ = call; }
  void fail_reads(bool fails) { reads_fail_ = fails; }         // F102
  void set_capacity(std::size_t bytes) { capacity_ = bytes; }  // F104 beyond it
  void flip_bit(std::string_view path, std::size_t bit);  // bit rot; the file has that bit (CHECK)

 private:
  struct Change {
    enum class Kind { write, append, remove } kind = Kind::write;
    std::string path;
    Bytes data;
  };
  enum class Fate { lost, kept, torn };

  [[nodiscard]] Result<void> begin(std::string_view path);  // counts; the faults of every call
  [[nodiscard]] Result<void> room_for(std::string_view path, std::size_t added,
                                      std::size_t freed) const;
  [[nodiscard]] tl::unexpected<Error> off(std::string_view path) const;
  [[nodiscard]] Fate draw_fate();
  void tear(Bytes& data);
  void settle();  // decides what of `pending_` reached the disk
  void keep(const Change& change);

  Rng& rng_;
  ports::FileMap seen_;     // what calls see
  ports::FileMap durable_;  // what a power cut leaves, before the fate of `pending_`
  std::vector<Change> pending_;
  Loss loss_ = Loss::random;
  std::uint64_t calls_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t fail_at_ = 0;
  std::size_t capacity_ = SIZE_MAX;
  bool power_is_off_ = false;
  bool stopped_ = false;
  bool reads_fail_ = false;
  bool cutting_ = false;  // this call is the one during which the power goes
};

}  // namespace sufragio::sim
