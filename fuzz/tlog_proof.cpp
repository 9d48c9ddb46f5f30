// Log proofs, and the files of a hostile mirror: the first byte says which.
#include "base/check.h"
#include "log/log.h"
#include "ports/memory_store.h"

using namespace sufragio;

namespace {

// A mirror's tile and bundle are taken from the input; whatever they say, reading ends and never
// agrees with a root that the bytes do not have.
void read_mirror(ByteView bytes) {
  if (bytes.empty()) return;
  const std::uint64_t size = bytes[0];
  const ByteView rest = bytes.subspan(1);
  const std::size_t cut = std::min<std::size_t>(rest.size(), size * Hash32::kSize);
  ports::MemoryStore store;
  CHECK(store.write(log::tile_path(0, 0, size), rest.first(cut), false).has_value());
  CHECK(store.write(log::entries_path(0, size), rest.subspan(cut), false).has_value());
  const log::LogReader reader{store, size};
  const Result<Hash32> root = reader.root();
  if (!root) return;
  if (reader.verify(*root)) {
    for (std::uint64_t i = 0; i < size; ++i) CHECK(reader.entry(i).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest = ByteView{data, size}.subspan(1);
  if (data[0] % 2 == 1) {
    read_mirror(rest);
    return 0;
  }
  static const log::LogKey known =
      log::LogKey::parse(
          "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
          .value();
  // Nobody but the key's owner can make a proof that holds.
  const std::string_view proof = as_text(rest);
  CHECK(!log::verify_proof(proof, as_bytes("an entry nobody logged"), known.name, {known}));
  return 0;
}
