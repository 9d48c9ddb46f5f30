#include "machine/faults.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/numbers.h"
#include "machine/codes.h"

namespace sufragio::machine {

namespace {

using enum Voting;

constexpr std::array kFaults = {
    FaultRow{Fault::passport, "PASAPORTE", not_begun},
    FaultRow{Fault::seal, "PRECINTO", not_begun},
    FaultRow{Fault::image, "IMAGEN", not_begun},
    FaultRow{Fault::package, "PAQUETE", not_begun},
    FaultRow{Fault::law, "LEYES", not_begun},
    FaultRow{Fault::no_assignment, "MESA", not_begun},
    FaultRow{Fault::clock, "RELOJ", continues},
    FaultRow{Fault::self_test, "AUTOPRUEBA", not_begun},
    FaultRow{Fault::foreign_reader, "LECTOR", not_begun},
    FaultRow{Fault::newer_build, "VIEJO", not_begun},
    FaultRow{Fault::memory_lock, "CANDADO", not_begun},
    FaultRow{Fault::revoked, "REVOCADA", not_begun},
    FaultRow{Fault::quorum, "QUORUM", not_begun},
    FaultRow{Fault::not_zero, "NOCERO", not_begun},
    FaultRow{Fault::too_early, "TEMPRANO", not_begun},
    FaultRow{Fault::paper_end, "PAPEL", continues},
    FaultRow{Fault::paper_low, "PAPELPOCO", continues},
    FaultRow{Fault::jam, "ATASCO", continues},
    FaultRow{Fault::no_cut, "CORTE", continues},
    FaultRow{Fault::printer_lost, "IMPRESORA", suspended},
    FaultRow{Fault::mismatch, "NOCOINCIDE", suspended},
    FaultRow{Fault::both_media, "DISCOS", suspended},
    FaultRow{Fault::wrong_medium, "MEMORIA", not_begun},
    FaultRow{Fault::cell, "CELDA", suspended},
    FaultRow{Fault::vault, "URNA", suspended},
    FaultRow{Fault::read_back, "RESUMEN", over},
    FaultRow{Fault::full, "LLENA", suspended},
    FaultRow{Fault::repaired, "REPARADA", continues},
    FaultRow{Fault::one_medium, "UNDISCO", continues},
    FaultRow{Fault::slow, "LENTO", continues},
    FaultRow{Fault::too_large, "GRANDE", not_begun},
    FaultRow{Fault::mains, "SINLUZ", continues},
    FaultRow{Fault::battery, "BATERIA", suspended},
    FaultRow{Fault::power_cut, "CORTADA", continues},
    FaultRow{Fault::reader, "HUELLA", continues},
    FaultRow{Fault::blocked, "BLOQUEO", suspended},
    FaultRow{Fault::voted_already, "DOBLE", continues},
    FaultRow{Fault::assistant, "ASISTENTE", continues},
    FaultRow{Fault::touch, "TACTIL", continues},
    FaultRow{Fault::browser, "NAVEGADOR", continues},
    FaultRow{Fault::audio, "AUDIO", continues},
    FaultRow{Fault::expired, "TIEMPO", continues},
    FaultRow{Fault::wrong_code, "CODIGO", continues},
    FaultRow{Fault::member, "MIEMBRO", suspended},
    FaultRow{Fault::early_close, "HORA", continues},
    FaultRow{Fault::queue, "COLA", continues},
    FaultRow{Fault::count, "CUENTA", over},
    FaultRow{Fault::unequal, "DESCUADRE", over},
    FaultRow{Fault::re_read, "RELECTURA", over},
    FaultRow{Fault::copies, "COPIAS", over},
    FaultRow{Fault::no_answer, "ENVIO", over},
    FaultRow{Fault::refused, "RECHAZO", over},
    FaultRow{Fault::signature, "FIRMA", suspended},
    FaultRow{Fault::message, "MENSAJE", suspended},
    FaultRow{Fault::invariant, "INVARIANTE", suspended},
};

}  // namespace

std::span<const FaultRow> faults() { return kFaults; }

const FaultRow& row_of(Fault fault) {
  const auto found = std::ranges::find(kFaults, fault, &FaultRow::fault);
  CHECK(found != kFaults.end());
  return *found;
}

std::string fault_text(Fault fault) {
  return std::to_string(static_cast<int>(fault)) + " " + std::string{row_of(fault).word};
}

std::optional<Fault> fault_of(std::uint16_t code) {
  const auto found = std::ranges::find(kFaults, static_cast<Fault>(code), &FaultRow::fault);
  if (found == kFaults.end()) return std::nullopt;
  return found->fault;
}

tl::unexpected<Error> fault_error(Fault fault) {
  return fail(kFault, {{"fault", std::to_string(static_cast<int>(fault))},
                       {"word", std::string{row_of(fault).word}}});
}

std::optional<Fault> fault_in(const Error& error) {
  if (error.code != kFault) return std::nullopt;
  const auto code = parse_padded(error.fact("fault"), 9'999);
  if (!code) return std::nullopt;
  return fault_of(static_cast<std::uint16_t>(*code));
}

}  // namespace sufragio::machine
