#pragma once

#include "machine/paper.h"
#include "tests/acta_support/acta_country.h"
#include "tests/acta_support/acta_example.h"

namespace sufragio::tests {

// A copy of an acta as the machine prints it: public part, salt, strips for two signatures. Looks
// at `acta` and `country`, which outlive it.
inline machine::ActaCopy copy_of(const acta::SignedActa& acta, const ActaCountry& country) {
  machine::ActaCopy out;
  out.acta = &acta;
  out.machines = country.machines.get();
  out.salt = example_hash("salt");
  out.lines = {{"strip.president"}, {"strip.witness"}};
  return out;
}

}  // namespace sufragio::tests
