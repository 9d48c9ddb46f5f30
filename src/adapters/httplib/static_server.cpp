#include "adapters/httplib/static_server.h"

#include <httplib.h>

#include <optional>

#include "adapters/httplib/codes.h"

namespace sufragio::adapters {

namespace {

constexpr std::size_t kThreads = 16;  // one connection occupies one: idle ones leave soon
constexpr std::size_t kKeepAlive = 100;
constexpr time_t kIdle_s = 2;
constexpr time_t kTimeout_s = 5;
constexpr std::size_t kMaxPath = 1'024;

struct Type {
  std::string_view suffix;
  std::string_view type;
};
constexpr Type kTypes[] = {{".html", "text/html; charset=utf-8"},
                           {".css", "text/css; charset=utf-8"},
                           {".js", "text/javascript; charset=utf-8"},
                           {".json", "application/json"},
                           {".csv", "text/csv; charset=utf-8"},
                           {".png", "image/png"},
                           {".svg", "image/svg+xml"},
                           {".woff2", "font/woff2"},
                           {".pdf", "application/pdf"},
                           {".cbor", "application/cbor"},
                           {".cose", "application/cose"},
                           {".sha256", "text/plain; charset=utf-8"},
                           {".toml", "text/plain; charset=utf-8"},
                           {".key", "text/plain; charset=utf-8"},
                           {".proof", "text/plain; charset=utf-8"},
                           {"checkpoint", "text/plain; charset=utf-8"}};

// The scripts of a tree are its own verifiers, of which one makes WebAssembly; everything else is
// text and pictures of the tree.
void add_headers(httplib::Response& out) {
  out.set_header("Content-Security-Policy",
                 "default-src 'none'; style-src 'self'; img-src 'self'; "
                 "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
                 "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  out.set_header("X-Content-Type-Options", "nosniff");
  out.set_header("Referrer-Policy", "no-referrer");
  out.set_header("Cross-Origin-Opener-Policy", "same-origin");
  out.set_header("Cross-Origin-Resource-Policy", "same-origin");
  out.set_header("Cache-Control", "no-cache");
}

}  // namespace

std::string_view content_type(std::string_view path) {
  for (const Type& known : kTypes) {
    if (path.ends_with(known.suffix)) return known.type;
  }
  return "application/octet-stream";
}

struct StaticServer::State {
  std::vector<ServedFolder> folders;
  httplib::Server server;

  void answer(const httplib::Request& request, httplib::Response& response) const;
  [[nodiscard]] std::optional<Bytes> find(std::string_view path, std::string& name) const;
};

std::optional<Bytes> StaticServer::State::find(std::string_view path, std::string& name) const {
  for (const ServedFolder& served : folders) {
    if (!path.starts_with(served.prefix)) continue;
    name = std::string{path.substr(served.prefix.size())};
    if (name.empty() || name.back() == '/') name += "index.html";
    if (!ports::check_path(name)) return std::nullopt;
    Result<std::optional<Bytes>> bytes = served.folder->read(name);
    return bytes ? std::move(*bytes) : std::nullopt;
  }
  return std::nullopt;
}

void StaticServer::State::answer(const httplib::Request& request,
                                 httplib::Response& response) const {
  add_headers(response);
  std::string name;
  const std::optional<Bytes> bytes =
      request.path.size() > kMaxPath ? std::nullopt : find(request.path, name);
  if (!bytes) {
    response.status = 404;
    response.set_content("404\n", "text/plain; charset=utf-8");
    return;
  }
  response.set_content(std::string{as_text(*bytes)}, std::string{content_type(name)});
}

StaticServer::StaticServer(std::vector<ServedFolder> folders) : state_{std::make_unique<State>()} {
  state_->folders = std::move(folders);
  httplib::Server& server = state_->server;
  server.set_tcp_nodelay(true);  // else every answer waits for the client's delayed acknowledgement
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(kKeepAlive);
  server.set_keep_alive_timeout(kIdle_s);
  server.set_read_timeout(kTimeout_s, 0);
  server.set_write_timeout(kTimeout_s, 0);
  server.set_payload_max_length(1);  // nobody sends us anything
  // HEAD takes the same way; other methods have no handler.
  server.Get(R"(/.*)",
             [state = state_.get()](const httplib::Request& request, httplib::Response& response) {
               state->answer(request, response);
             });
}

StaticServer::~StaticServer() = default;

Result<std::uint16_t> StaticServer::listen(const std::string& host, std::uint16_t port) {
  const auto taken = [&] {
    return fail(httplib_codes::kNoPort, {{"host", host}, {"port", std::to_string(port)}});
  };
  if (port != 0) {
    if (!state_->server.bind_to_port(host, port)) return taken();
    return port;
  }
  const int any = state_->server.bind_to_any_port(host);
  if (any <= 0) return taken();
  return static_cast<std::uint16_t>(any);
}

void StaticServer::serve() { state_->server.listen_after_bind(); }
void StaticServer::stop() { state_->server.stop(); }

}  // namespace sufragio::adapters
