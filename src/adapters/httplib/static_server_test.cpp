#include "adapters/httplib/static_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <fstream>
#include <thread>

#include "adapters/files/files_store.h"
#include "adapters/httplib/codes.h"
#include "tests/support/support.h"

namespace sufragio::adapters {
namespace {

class Served : public testing::Test {
 protected:
  Served() {
    EXPECT_TRUE(site->write("index.html", as_bytes("<p>ñ</p>"), false).has_value());
    EXPECT_TRUE(site->write("t/01/data.json", as_bytes("{}"), false).has_value());
    const auto bound = server.listen("127.0.0.1", 0);
    EXPECT_TRUE(bound.has_value());
    port = bound.value_or(0);
    thread = std::thread{[this] { server.serve(); }};
    client = std::make_unique<httplib::Client>("127.0.0.1", port);
    client->set_tcp_nodelay(true);
    client->set_connection_timeout(5, 0);
    while (!client->Get("/")) std::this_thread::yield();
  }
  ~Served() override {
    server.stop();
    thread.join();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  tests::TempFolder folder;
  std::unique_ptr<FilesStore> site =
      FilesStore::open(folder.path() + "/site", FilesStore::Access::read_write).value();
  StaticServer server{{{"/", site.get()}}};
  std::uint16_t port = 0;
  std::thread thread;
  std::unique_ptr<httplib::Client> client;
};

TEST_F(Served, FilesComeWithTheirTypeAndAStrictPolicy) {
  const auto home = client->Get("/");
  ASSERT_TRUE(home);
  EXPECT_EQ(home->status, 200);
  EXPECT_EQ(home->body, "<p>ñ</p>");
  EXPECT_EQ(home->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(home->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(home->get_header_value("Content-Security-Policy").find("default-src 'none'"),
            std::string::npos);
  const auto data = client->Get("/t/01/data.json?x=1");
  ASSERT_TRUE(data);
  EXPECT_EQ(data->body, "{}");
  EXPECT_EQ(data->get_header_value("Content-Type"), "application/json");
}

TEST_F(Served, HeadGivesNoBodyAndOtherMethodsGiveNothing) {
  const auto head = client->Head("/index.html");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_TRUE(head->body.empty());
  const auto refused = [](const httplib::Result& sent) { return sent && sent->status >= 400; };
  EXPECT_TRUE(refused(client->Post("/index.html")));
  EXPECT_TRUE(refused(client->Put("/index.html")));
  EXPECT_TRUE(refused(client->Delete("/index.html")));
  EXPECT_TRUE(refused(client->Patch("/index.html")));
}

TEST_F(Served, NothingOutsideTheFolderIsReached) {
  std::ofstream{folder.path() + "/secret"} << "secret";
  for (const char* path :
       {"/../secret", "/%2e%2e/secret", "/t/../../secret", "/..%2fsecret", "//secret", "/.lock",
        "/t/%00", "/t\\..\\secret", "/nobody.html", "/t"}) {
    const auto answer = client->Get(path);
    if (!answer) continue;  // refused even earlier
    EXPECT_GE(answer->status, 400) << path;
    EXPECT_EQ(answer->body.find("secret"), std::string::npos) << path;
  }
}

TEST_F(Served, AnAddressThatIsNotOursIsAnError) {
  StaticServer other{{{"/", site.get()}}};
  const auto bound = other.listen("192.0.2.1", port);  // RFC 5737: nobody's
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().code, httplib_codes::kNoPort);
}

}  // namespace
}  // namespace sufragio::adapters
