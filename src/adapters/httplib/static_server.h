#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ports/store.h"

namespace sufragio::adapters {

struct ServedFolder {
  std::string prefix;                    // "/" or "/name/"
  const ports::Store* folder = nullptr;  // read by many threads at the same time
};

// Serves the files of folders over HTTP for a demonstration: GET and HEAD only, nothing but plain
// names of the folders, a policy that forbids scripts of others. A public site stands behind a real
// web server; this one is for one machine.
class StaticServer {
 public:
  // Folders are asked in order, the first whose prefix fits. A path that ends with a slash is its
  // `index.html`.
  explicit StaticServer(std::vector<ServedFolder> folders);
  ~StaticServer();
  StaticServer(const StaticServer&) = delete;
  StaticServer& operator=(const StaticServer&) = delete;

  // Takes the port, 0 for any that is free, and returns it. F421.
  [[nodiscard]] Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
  void serve();  // until `stop`, on this thread
  void stop();   // from any thread

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string_view content_type(std::string_view path);  // by the end of the name

}  // namespace sufragio::adapters
