#include "sim/names.h"

#include <array>

namespace sufragio::sim {

namespace {

constexpr std::array kStates{"Araguaney", "Turpial",   "Samán",    "Frailejón", "Orquídea",
                             "Morichal",  "Cardenal",  "Apamate",  "Bucare",    "Chaguaramo",
                             "Guacamaya", "Jabillo",   "Merecure", "Onoto",     "Yagrumo",
                             "Cocuiza",   "Dividive",  "Flamenco", "Guayacán",  "Maporal",
                             "Palmasola", "Quebracho", "Roraima",  "Totumo"};
constexpr std::array kPlaces{"Río Claro",   "Cerro Azul",   "Agua Fresca",   "La Ceiba",
                             "Los Mangos",  "El Mirador",   "Las Dos Lomas", "Piedra Alta",
                             "Vega Honda",  "Valle Bonito", "Puerto Sol",    "San Telmo",
                             "Santa Brisa", "El Trapiche",  "Las Palmas",    "La Sabana"};
constexpr std::array kSchools{"Escuela Básica",     "Liceo",        "Unidad Educativa",
                              "Centro Comunal",     "Biblioteca",   "Preescolar",
                              "Casa de la Cultura", "Polideportivo"};
constexpr std::array kGiven{"Luisa", "José", "Carmen", "Andrés",  "Isabel", "Rafael", "Elena",
                            "Tomás", "Rosa", "Julio",  "Beatriz", "Simón",  "Marina", "Gabriel"};
constexpr std::array kFamily{"Márquez", "Peña",     "Rondón",  "Salazar",  "Quintero",
                             "Brito",   "Lugo",     "Araque",  "Bermúdez", "Cordero",
                             "Díaz",    "Escalona", "Figuera", "Guédez"};
constexpr std::array kParties{"Movimiento", "Unión",   "Alianza", "Partido", "Frente",
                              "Encuentro",  "Acuerdo", "Voz",     "Camino",  "Puente"};
constexpr std::array kThings{"Ciudadano", "del Llano", "Vecinal", "del Mar",     "de la Montaña",
                             "Popular",   "Liberal",   "Verde",   "del Trabajo", "Regional"};

constexpr std::array kWomen{"Luisa",   "Carmen",  "Isabel",  "Elena", "Rosa",
                            "Beatriz", "Marina",  "Yelitza", "Nora",  "Mercedes",
                            "Gladys",  "Teresa",  "Adriana", "Norma", "Irene",
                            "Sofía",   "Daniela", "Maritza", "Ligia", "Zoraida"};
constexpr std::array kMen{"José",   "Andrés", "Rafael",  "Tomás",   "Julio",  "Simón",  "Gabriel",
                          "Wilmer", "Ramón",  "Eduardo", "Jesús",   "Freddy", "Héctor", "Orlando",
                          "Nelson", "Hugo",   "Pablo",   "Ernesto", "Alexis", "Germán"};
constexpr std::array kMoreFamily{
    "Acosta", "Blanco",  "Castillo", "Delgado", "Espinoza", "Franco", "Graterol", "Herrera",
    "Ibarra", "Jaimes",  "Landaeta", "Mujica",  "Navas",    "Ochoa",  "Pacheco",  "Quijada",
    "Rangel", "Sequera", "Tovar",    "Urbina",  "Villegas", "Yépez",  "Zambrano", "Carmona"};

template <typename Array>
std::string pick(const Array& names, std::size_t index) {
  return names[index % names.size()];
}

std::string draw_family(Rng& rng) {
  const std::uint64_t at = rng.below(kFamily.size() + kMoreFamily.size());
  return at < kFamily.size() ? kFamily[at] : kMoreFamily[at - kFamily.size()];
}

}  // namespace

std::string invented_state(std::size_t i) { return pick(kStates, i); }
std::string invented_place(std::size_t i) { return pick(kPlaces, i); }
std::string invented_school(std::size_t i) { return pick(kSchools, i); }
std::string invented_party(std::size_t i) {
  return pick(kParties, i) + " " + pick(kThings, i + i / 10);
}

std::string invented_person(Rng& rng) {
  const std::string given = pick(kGiven, rng.below(kGiven.size()));
  const std::string first = pick(kFamily, rng.below(kFamily.size()));
  return given + " " + first + " " + pick(kFamily, rng.below(kFamily.size()));
}

std::string invented_person(Rng& rng, election::Sex sex) {
  const auto& given = sex == election::Sex::female ? kWomen : kMen;
  const std::string first = given[rng.below(given.size())];
  const std::string second = given[rng.below(given.size())];
  const std::string family = draw_family(rng);
  const std::string both = first == second ? first : first + " " + second;
  return both + " " + family + " " + draw_family(rng);
}

std::vector<std::uint32_t> spread(std::uint32_t total, std::uint32_t parts, std::uint32_t most,
                                  Rng& rng) {
  std::vector<std::uint32_t> out(parts, 1);
  for (std::uint32_t left = total - parts; left > 0;) {
    std::uint32_t& place = out[rng.below(parts)];
    if (place >= most) continue;
    ++place;
    --left;
  }
  return out;
}

std::int64_t draw_electors(std::int64_t least, std::int64_t most, Rng& rng) {
  const std::uint64_t kind = rng.below(100);
  std::int64_t value = 0;
  if (kind < 27) {
    value = 40 + static_cast<std::int64_t>(rng.below(680));
  } else if (kind < 95) {
    value = 720 + static_cast<std::int64_t>(rng.below(171));
  } else {
    value = 890 + static_cast<std::int64_t>(rng.below(562));
  }
  const std::int64_t span = most - least + 1;
  return value >= least && value <= most ? value : least + value % span;
}

}  // namespace sufragio::sim
