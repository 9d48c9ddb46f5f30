#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "ports/processes.h"
#include "ports/store.h"

// Long work in units that can be stopped and continued: what a unit gave is kept with a hash of all
// that it depends on, and a later run that finds the same hash does not calculate it again.
namespace sufragio::services {

class UnitWork {
 public:
  virtual ~UnitWork() = default;
  [[nodiscard]] virtual std::size_t units() const = 0;
  [[nodiscard]] virtual std::string name(std::size_t unit) const = 0;  // of its kept file
  // A hash of everything that `calculate` reads. Any process, any thread, as `calculate`.
  [[nodiscard]] virtual Result<Hash32> inputs(std::size_t unit) const = 0;
  [[nodiscard]] virtual Result<Bytes> calculate(std::size_t unit) const = 0;
};

class UnitWatcher {  // told in the leading process, one call at a time
 public:
  virtual ~UnitWatcher() = default;
  virtual void unit_done(std::size_t done, std::size_t total) = 0;
};

struct UnitsRun {
  std::vector<bool> again;  // by unit: it was kept from an earlier run
};

// Calculates what is not kept, in all processes, and keeps it (`kept` is used by the leading
// process only; a torn file counts as none). Fails with the error of the first unit that failed;
// the other units are kept then too. The other processes get nothing.
[[nodiscard]] Result<UnitsRun> run_units(const UnitWork& work, ports::Processes& processes,
                                         ports::Store& kept, UnitWatcher* watcher);
// What a unit gave; after `run_units`, in the leading process.
[[nodiscard]] Result<Bytes> kept_result(const UnitWork& work, std::size_t unit,
                                        const ports::Store& kept);
// The hash of all that it depended on.
[[nodiscard]] Result<Hash32> kept_inputs(const UnitWork& work, std::size_t unit,
                                         const ports::Store& kept);

// An error as bytes, and back, for results that hold one. E508 when they are none.
[[nodiscard]] Bytes encode_error(const Error& error);
[[nodiscard]] Result<Error> decode_error(ByteView bytes);

}  // namespace sufragio::services
