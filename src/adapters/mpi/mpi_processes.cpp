#include "adapters/mpi/mpi_processes.h"

#include <cstdlib>
#include <string_view>

#include "adapters/mpi/codes.h"

#ifdef SUFRAGIO_MPI
#include <mpi.h>

#include <chrono>
#include <climits>
#include <mutex>
#include <optional>
#include <thread>

#include "base/check.h"
#endif

namespace sufragio::adapters {

namespace {

// Set by OpenMPI for the processes that it starts.
bool started_by_mpirun() {
  const char* size = std::getenv("OMPI_COMM_WORLD_SIZE");
  return size != nullptr && std::string_view{size} != "1";
}

}  // namespace

#ifndef SUFRAGIO_MPI

Result<std::unique_ptr<ports::Processes>> processes_of_mpirun() {
  if (started_by_mpirun()) return fail(kBuiltWithoutMpi);
  return std::unique_ptr<ports::Processes>{};
}
void abandon_mpirun() {}

#else

namespace {

constexpr int kTag = 1;
constexpr std::size_t kHead = 8;

// 8 bytes of a number, then bytes: to the leading process an answer and its unit + 1 (0: none yet),
// back a question and its unit + 1 (0: nothing is left).
struct Message {
  std::uint64_t number = 0;
  Bytes body;
  int from = 0;
};

void send(int to, std::uint64_t number, ByteView body) {
  Bytes bytes(kHead);
  for (std::size_t i = 0; i < kHead; ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  }
  bytes.insert(bytes.end(), body.begin(), body.end());
  CHECK(bytes.size() <= INT_MAX);
  MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, kTag, MPI_COMM_WORLD);
}

// Nothing: no message has come.
std::optional<Message> receive(int from) {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(from, kTag, MPI_COMM_WORLD, &there, &status);
  if (there == 0) return std::nullopt;
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  Message out;
  out.from = status.MPI_SOURCE;
  out.body.resize(static_cast<std::size_t>(size));
  MPI_Recv(out.body.data(), size, MPI_BYTE, out.from, kTag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  CHECK(out.body.size() >= kHead);
  for (std::size_t i = 0; i < kHead; ++i) out.number = (out.number << 8) | out.body[i];
  out.body.erase(out.body.begin(), out.body.begin() + kHead);
  return out;
}

// OpenMPI waits by turning round: a core that another process needs.
void pause() { std::this_thread::sleep_for(std::chrono::microseconds{200}); }

class MpiProcesses : public ports::Processes {
 public:
  MpiProcesses() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    CHECK(provided >= MPI_THREAD_FUNNELED);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiProcesses() override { MPI_Finalize(); }
  MpiProcesses(const MpiProcesses&) = delete;
  MpiProcesses& operator=(const MpiProcesses&) = delete;

  void each(std::size_t units, ports::SplitWork& work) override {
    if (leading()) {
      lead(units, work);
    } else {
      serve(work);
    }
  }
  [[nodiscard]] bool leading() const override { return rank_ == 0; }
  [[nodiscard]] std::size_t count() const override { return static_cast<std::size_t>(size_); }

 private:
  // Messages in this thread, the leading process's own share in another one.
  void lead(std::size_t units, ports::SplitWork& work) const {
    std::mutex mutex;
    std::size_t next = 0;
    const auto own = [&]() noexcept {
      for (;;) {
        std::unique_lock lock{mutex};
        if (next == units) return;
        const std::size_t unit = next++;
        const Bytes question = work.question(unit);
        lock.unlock();
        Bytes answer = work.answer(unit, question);
        lock.lock();
        work.take(unit, std::move(answer));
      }
    };
    const std::jthread helper{own};
    for (int working = size_ - 1; working > 0;) {
      auto message = receive(MPI_ANY_SOURCE);
      if (!message) {
        pause();
        continue;
      }
      const std::scoped_lock lock{mutex};
      if (message->number != 0) {
        work.take(static_cast<std::size_t>(message->number - 1), std::move(message->body));
      }
      if (next == units) {
        send(message->from, 0, {});
        --working;
      } else {
        const std::size_t unit = next++;
        send(message->from, unit + 1, work.question(unit));
      }
    }
  }

  static void serve(const ports::SplitWork& work) {
    send(0, 0, {});
    for (;;) {
      const auto message = receive(0);
      if (!message) {
        pause();
        continue;
      }
      if (message->number == 0) return;
      const auto unit = static_cast<std::size_t>(message->number - 1);
      send(0, message->number, work.answer(unit, message->body));
    }
  }

  int rank_ = 0;
  int size_ = 1;
};

}  // namespace

Result<std::unique_ptr<ports::Processes>> processes_of_mpirun() {
  if (!started_by_mpirun()) return std::unique_ptr<ports::Processes>{};
  return std::unique_ptr<ports::Processes>{std::make_unique<MpiProcesses>()};
}

void abandon_mpirun() {
  int running = 0;
  MPI_Initialized(&running);
  if (running != 0) MPI_Abort(MPI_COMM_WORLD, 1);
}

#endif

}  // namespace sufragio::adapters
