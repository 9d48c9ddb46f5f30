#include "codec/document.h"

#include "tests/support/support.h"

namespace sufragio::codec {
namespace {

Document example() {
  Document::Table inner;
  inner.emplace_back("nombre", Document{std::string{"Movimiento Araguaney"}, 4});
  Document::Table table;
  table.emplace_back("titulo", Document{std::string{"Presidente"}, 1});
  table.emplace_back("puestos", Document{std::int64_t{1}, 2});
  table.emplace_back("abierto", Document{true, 3});
  table.emplace_back("tarjeta", Document{inner, 4});
  table.emplace_back("lista", Document{Document::Array{Document{std::int64_t{7}, 5}}, 5});
  return {table, 1};
}

TEST(Document, GivesTypedValues) {
  const Document document = example();
  EXPECT_EQ(document.string("titulo").value(), "Presidente");
  EXPECT_EQ(document.integer("puestos").value(), 1);
  EXPECT_TRUE(document.boolean("abierto").value());
  EXPECT_EQ(document.table("tarjeta").value()->string("nombre").value(), "Movimiento Araguaney");
  EXPECT_EQ(document.array("lista").value()->size(), 1u);
  EXPECT_EQ(document.find("otra"), nullptr);
  EXPECT_EQ(Document{}.find("titulo"), nullptr);
}

TEST(Document, NamesTheKeyAndTheLine) {
  const Document document = example();
  EXPECT_EQ(document.string("puestos").error().debug(), "C140 key=puestos line=2");
  EXPECT_EQ(document.integer("titulo").error().debug(), "C140 key=titulo line=1");
  EXPECT_EQ(document.boolean("falta").error().debug(), "C141 key=falta line=1");
  EXPECT_EQ(document.table("lista").error().debug(), "C140 key=lista line=5");
  EXPECT_EQ(document.array("tarjeta").error().debug(), "C140 key=tarjeta line=4");
}

TEST(Document, AKeyThatNobodyReadsIsAnError) {
  const Document document = example();
  EXPECT_TRUE(document.only({"lista", "tarjeta", "abierto", "puestos", "titulo"}).has_value());
  EXPECT_EQ(document.only({"titulo", "puestos"}).error().debug(), "C142 key=abierto line=3");
  EXPECT_EQ(Document(std::int64_t{1}, 9).only({}).error().code.text(), "C140");
}

}  // namespace
}  // namespace sufragio::codec
