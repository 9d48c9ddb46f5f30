// Signed notes, checkpoints and verifier keys: what opens is printed back as the same bytes.
#include "log/note.h"
#include "base/check.h"

using namespace sufragio;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static const log::LogKey known =
      log::LogKey::parse(
          "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
          .value();
  const Result<std::string> opened = log::open_note(text, {known});
  const Result<std::string_view> inner = log::unverified_text(text);
  if (opened) CHECK(inner && *opened == *inner && text.starts_with(*opened));
  const Result<log::Checkpoint> checkpoint = log::parse_checkpoint(text);
  if (checkpoint) CHECK(log::checkpoint_text(*checkpoint) == text);
  const Result<log::LogKey> key = log::LogKey::parse(text);
  if (key) CHECK(key->vkey() == text);
  return 0;
}
