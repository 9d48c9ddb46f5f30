#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace sufragio::services {

// Finds ciphertexts that stand twice by their first element (33 bytes): a pair that was copied into
// another ballot passes every other check. Keys are cut to 16 bytes first, in buckets by their
// first byte; only what agrees there is an error. Any thread may add.
class DuplicateFinder {
 public:
  DuplicateFinder();
  ~DuplicateFinder();
  DuplicateFinder(const DuplicateFinder&) = delete;
  DuplicateFinder& operator=(const DuplicateFinder&) = delete;

  void add(const MesaId& mesa, std::span<const Bytes> pads);
  // E506 with both mesas, ascending. Sorts; the finder is then empty.
  [[nodiscard]] std::vector<Error> find();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sufragio::services
