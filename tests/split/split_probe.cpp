// Calculates units with the processes that mpirun started, or alone, and writes what they gave, in
// order, to standard output. `split_probe UNITS FOLDER [STOP]`: finished units are kept in FOLDER;
// with STOP the leading process is killed when so many are done.
#include <csignal>
#include <cstdio>
#include <string>

#include "adapters/files/files_store.h"
#include "adapters/mpi/mpi_processes.h"
#include "adapters/threads/threads.h"
#include "crypto/hash.h"
#include "ports/memory_store.h"
#include "services/units/kept_units.h"

using namespace sufragio;

namespace {

class Powers : public services::UnitWork {  // something slow enough to be shared
 public:
  explicit Powers(std::size_t units) : units_{units} {}
  std::size_t units() const override { return units_; }
  std::string name(std::size_t unit) const override { return "unit/" + std::to_string(unit); }
  Result<Hash32> inputs(std::size_t unit) const override {
    return crypto::sha256(as_bytes("unit " + std::to_string(unit)));
  }
  Result<Bytes> calculate(std::size_t unit) const override {
    Hash32 out = crypto::sha256(as_bytes(std::to_string(unit)));
    for (int i = 0; i < 20'000; ++i) out = crypto::sha256(out.view());
    return to_bytes(out.view());
  }

 private:
  std::size_t units_;
};

class Killer : public services::UnitWatcher {
 public:
  explicit Killer(std::size_t stop) : stop_{stop} {}
  void unit_done(std::size_t done, std::size_t) override {
    if (done == stop_) std::raise(SIGKILL);
  }

 private:
  std::size_t stop_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto shared = adapters::processes_of_mpirun();
  if (!shared) return 3;
  adapters::Threads workers{2};
  ports::OneProcess alone{workers};
  ports::Processes& processes = *shared ? **shared : alone;
  const Powers work{static_cast<std::size_t>(std::stoul(argv[1]))};
  Killer killer{argc > 3 ? static_cast<std::size_t>(std::stoul(argv[3])) : 0};
  std::unique_ptr<adapters::FilesStore> store;
  if (processes.leading()) {
    store = adapters::FilesStore::open(argv[2], adapters::FilesStore::Access::read_write).value();
  }
  ports::MemoryStore none;
  ports::Store& kept = store ? static_cast<ports::Store&>(*store) : none;
  const auto run = services::run_units(work, processes, kept, &killer);
  if (!run) return 4;
  if (!processes.leading()) return 0;
  std::size_t again = 0;
  for (std::size_t i = 0; i < work.units(); ++i) {
    again += run->again[i] ? 1 : 0;
    std::printf("%s\n", to_hex(services::kept_result(work, i, kept).value()).c_str());
  }
  std::fprintf(stderr, "again %zu of %zu, %zu processes\n", again, work.units(), processes.count());
  return 0;
}
