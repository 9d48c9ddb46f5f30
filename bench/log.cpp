// The transparency log: proofs from tiles, and what an append costs over hashing and bare writes.
#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/files/files_store.h"
#include "base/check.h"
#include "bench/benches.h"
#include "log/log.h"
#include "ports/memory_store.h"

namespace sufragio::bench {

namespace {

namespace fs = std::filesystem;
constexpr const char* kOrigin = "log.example.org/bench";
constexpr std::size_t kCountry = 30'026;  // actas of a national election (2024)

void bare_hash(const Bytes& data) {
  std::uint8_t digest[32];
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(digest, &context);
  keep(digest);
}

std::vector<Bytes> some_entries(std::size_t count, std::size_t size) {
  std::vector<Bytes> out(count, Bytes(size));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < 8; ++k) out[i][k] = static_cast<std::uint8_t>(i >> (8 * k));
  }
  return out;
}

crypto::SoftwareKey log_key() {
  return crypto::SoftwareKey::from_secret(crypto::Algorithm::ed25519, Bytes(32, 1)).value();
}

void bench_proofs(Report& report) {
  const std::vector<Bytes> entries = some_entries(200'000, 64);
  crypto::SoftwareKey key = log_key();
  std::optional<ports::MemoryStore> store;
  std::optional<log::LogWriter> writer;
  const Bytes node(65, 7);
  const auto us =
      best_us(Time::cpu, Timed{400'000, [&] { bare_hash(node); }},
              Timed{1, [&] {
                      store.emplace();
                      writer.emplace(log::LogWriter::open(*store, kOrigin, key).value());
                      CHECK(writer->append(entries).has_value());
                    }});
  report.gate("C9", "log of 200,000 entries: append, tiles, root / 4e5 hashes", us[1] / 1000,
              us[0] * 400'000 / 1000, 5.0, "ms");

  const log::LogReader reader{*store, writer->size()};
  const Hash32 root = writer->root();
  std::uint64_t index = 0;
  const auto next = [&] { return index = (index + 77'777) % entries.size(); };
  std::vector<Hash32> proof;
  const std::uint64_t proven = 123'456;
  const Hash32 leaf = crypto::leaf_hash(entries[proven]);
  const auto checked = crypto::inclusion_proof(reader, proven, entries.size()).value();
  const auto one = best_us(
      Time::cpu,
      Timed{2'000,
            [&] {  // of the newest mesas: their tiles are there
              const std::uint64_t near = entries.size() - 1 - next() % 8'000;
              proof = crypto::inclusion_proof(reader, near, entries.size()).value();
            }},
      Timed{200, [&] { proof = crypto::inclusion_proof(reader, next(), entries.size()).value(); }},
      Timed{2'000,
            [&] { CHECK(crypto::verify_inclusion(leaf, proven, entries.size(), checked, root)); }});
  report.limit("C10", "inclusion proof from tiles, warm", one[0], 100, "µs");
  report.info("inclusion proof from tiles, any entry of 200,000", one[1]);
  report.limit("C10", "inclusion proof, verify", one[2], 15, "µs");
}

// The same bytes in the same number of files, written and flushed by nothing but system calls, and
// the hashes of the tree by nothing but OpenSSL.
void bare_append(const fs::path& folder, const std::vector<Bytes>& entries) {
  fs::create_directories(folder);
  const int root = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  const Bytes node(65, 7);
  for (const Bytes& entry : entries) {
    bare_hash(entry);
    bare_hash(node);
  }
  const Bytes bundle(256 * (entries[0].size() + 2), 1);
  const Bytes tile(8'192, 2);
  for (std::size_t i = 0; i < entries.size() / 256 + 1; ++i) {
    for (const Bytes* bytes : {&bundle, &tile}) {
      const std::string name = std::to_string(i) + (bytes == &tile ? "t" : "b");
      const int file = ::openat(root, name.c_str(), O_CREAT | O_WRONLY, 0644);
      CHECK(::write(file, bytes->data(), bytes->size()) == static_cast<long>(bytes->size()));
      ::close(file);
    }
  }
  CHECK(::syncfs(root) == 0);
  for (const char* name : {"last-signed", "checkpoint"}) {
    const int file = ::openat(root, name, O_CREAT | O_WRONLY, 0644);
    CHECK(::write(file, node.data(), node.size()) == 65 && ::fsync(file) == 0);
    ::close(file);
    CHECK(::fsync(root) == 0);
  }
  ::close(root);
}

void append_all(const fs::path& folder, const std::vector<Bytes>& entries, std::size_t batch) {
  crypto::SoftwareKey key = log_key();
  const auto store =
      adapters::FilesStore::open(folder.string(), adapters::FilesStore::Access::read_write).value();
  log::LogWriter writer = log::LogWriter::open(*store, kOrigin, key).value();
  for (std::size_t at = 0; at < entries.size(); at += batch) {
    const std::size_t count = std::min(batch, entries.size() - at);
    CHECK(writer.append(std::span{entries}.subspan(at, count)).has_value());
  }
}

void bench_append(Report& report) {
  const std::vector<Bytes> entries = some_entries(kCountry, 1'200);
  const fs::path base = fs::temp_directory_path() / ("sufragio-bench-" + std::to_string(getpid()));
  int round = 0;
  const auto folder = [&] { return base / std::to_string(round++); };
  const auto us = best_us(Time::wall, Timed{1, [&] { bare_append(folder(), entries); }},
                          Timed{1, [&] { append_all(folder(), entries, entries.size()); }},
                          Timed{1, [&] { append_all(folder(), entries, 2'000); }});
  std::error_code ignored;
  fs::remove_all(base, ignored);
  report.gate("LOG1", "30,026 entries of 1.2 kB durable, one batch / hashing and bare writes",
              us[1] / 1000, us[0] / 1000, 2.0, "ms");
  report.info("the same in 16 batches", us[2] / 1000, "ms");
}

}  // namespace

void bench_log(Report& report) {
  bench_proofs(report);
  bench_append(report);
}

}  // namespace sufragio::bench
