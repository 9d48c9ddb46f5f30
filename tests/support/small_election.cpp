#include "tests/support/small_election.h"

#include "tests/support/support.h"

namespace sufragio::tests {

namespace {

void add_contests(Folder& out) {
  out["contests.csv"] =
      "id,kind,territory,seats,votes_per_voter,title_es,title_en,cards_known\n"
      "presidencia,president,,1,1,Presidencia,President,yes\n"
      "concejo-lista,list,0101,3,1,\"Concejo, lista\",\"Council, list\",yes\n"
      "concejo-c1,nominal,0101,2,2,\"Concejo, circuito 1\",\"Council, circuit 1\",yes\n";
  out["options.csv"] =
      "contest,id,name\n"
      "presidencia,ana,Ana Bermúdez\n"
      "presidencia,luis,Luis Carmona\n"
      "presidencia,rosa,Rosa Duarte\n"
      "concejo-lista,lista-a,Lista A\n"
      "concejo-lista,lista-b,Lista B\n"
      "concejo-c1,c1,Candidata Uno\n"
      "concejo-c1,c2,Candidato Dos\n"
      "concejo-c1,c3,Candidata Tres\n";
  out["cards.csv"] =
      "contest,position,organisation,option,alliance\n"
      "presidencia,1,araguaney,ana,monte\n"
      "presidencia,2,llano,luis,valle\n"
      "presidencia,3,ceiba,ana,monte\n"
      "presidencia,4,orinoco,luis,valle\n"
      "presidencia,5,turpial,rosa,\n"
      "concejo-lista,1,araguaney,lista-a,monte\n"
      "concejo-lista,2,ceiba,lista-a,monte\n"
      "concejo-lista,3,llano,lista-b,valle\n"
      "concejo-c1,1,araguaney,c1,monte\n"
      "concejo-c1,2,araguaney,c2,monte\n"
      "concejo-c1,3,llano,c3,valle\n";
}

}  // namespace

Folder small_election() {
  Folder out;
  out["election.toml"] =
      "id = \"simulacro-2026\"\n"
      "title_es = \"Simulacro de elección\"\n"
      "title_en = \"Election drill\"\n"
      "date = 2026-12-06\n"
      "kind = \"drill\"\n"
      "organiser = \"Comisión de ensayo\"\n"
      "law = \"ve-2009\"\n"
      "url = \"https://example.org/r\"\n"
      "imported = false\n";
  out["territory.csv"] =
      "code,name\n"
      "01,Estado Uno\n"
      "0101,Municipio Río\n"
      "010101,Parroquia Alta\n"
      "010101001,\"Escuela \"\"La Ceiba\"\", sede A\"\n"
      "010101002,Liceo Orinoco\n"
      "02,Estado Dos\n"
      "0201,Municipio Sabana\n"
      "020101,Parroquia Baja\n"
      "020101001,Escuela El Samán\n";
  out["organisations.csv"] =
      "id,short,name\n"
      "araguaney,MA,Movimiento Araguaney\n"
      "ceiba,PC,Partido de la Ceiba\n"
      "llano,UL,Unión del Llano\n"
      "orinoco,FO,Frente Orinoco\n"
      "turpial,TU,Turpiales Unidos\n";
  out["alliances.csv"] =
      "id,name\n"
      "monte,Alianza del Monte\n"
      "valle,Alianza del Valle\n";
  add_contests(out);
  out["styles.csv"] =
      "style,position,contest\n"
      "rio,1,presidencia\n"
      "rio,2,concejo-lista\n"
      "rio,3,concejo-c1\n"
      "sabana,1,presidencia\n";
  out["mesas.csv"] =
      "centre,mesa,electors,style\n"
      "010101001,01,700,rio\n"
      "010101001,02,712,rio\n"
      "010101002,01,655,rio\n"
      "020101001,01,801,sabana\n"
      "020101001,02,40,sabana\n";
  return out;
}

std::string law_text() { return read_file("law/ve-2009.toml"); }

}  // namespace sufragio::tests
