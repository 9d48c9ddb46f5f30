#include "tests/acta_support/acta_example.h"

#include "crypto/hash.h"
#include "tests/support/support.h"

namespace sufragio::tests {

namespace {

template <typename Fixed>
Fixed example_prefix(std::string_view word) {
  return Fixed::from(example_hash(word).view().first(Fixed::kSize)).value();
}

}  // namespace

Hash32 example_hash(std::string_view word) {
  return crypto::sha256(as_bytes("sufragio example " + std::string{word}));
}

crypto::SoftwareKey example_acta_key() {
  return crypto::SoftwareKey::from_secret(crypto::Algorithm::es256, example_hash("acta key").view())
      .value();
}

acta::Acta example_acta() {
  acta::Acta out;
  out.election = example_prefix<crypto::ElectionHandle>("election");
  out.ballot = example_prefix<election::BallotId>("ballot definition");
  out.mesa = MesaId::parse("201301006.01").value();
  out.time_s = 1722204300;
  out.registered = count<Persons>(535);
  out.voters = count<Persons>(368);
  out.ballots = count<Persons>(368);
  acta::ContestCount contest;
  for (const int votes : {140, 7, 10, 8, 1, 7, 1, 0, 2, 3, 0, 1, 8, 1, 0, 1, 0,   3, 1,
                          1,   0, 1,  0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 5, 7, 155, 1, 1}) {
    contest.cards.push_back(count<Votes>(votes));
  }
  out.contests = {contest};
  out.ballots_root = example_hash("ballots root");
  out.software_root = example_hash("software root");
  out.machine = example_prefix<crypto::MachineId>("machine");
  out.type = acta::ActaType::final;
  out.gate = {count<Persons>(331), count<Persons>(29), count<Persons>(8), count<Persons>(0)};
  out.opening_s = 1722161520;
  out.counters.valid_receipts = count<Persons>(368);
  out.counters.void_prints = count<Persons>(1);
  out.counters.assisted = count<Persons>(5);
  out.counters.unblocks = count<Persons>(2);
  out.counters.queue_tokens = count<Persons>(9);
  out.log_head = example_hash("official log");
  return out;
}

Bytes example_record() {
  return hex(
      "d28443a10126a10448105088f8f6a5623958fcb4010102483da444c13cc02ee403487973495e"
      "3754e73d041a0bff9c0e05010601071a66a6c08c081902170919"
      "01700a1901700b819828188c070a080107010002030001080100010003010100010000000000"
      "0001020000000507189b010100000c5820bae54ee769bd645871"
      "49041bfdaed30886c7c7631132f39dea09c6297781b5580d5820ceabdcdc9bbbea02c58fe255"
      "11db554d385bd94bc576c14066149cd13e0aca0c0e50bc497eab"
      "98aa124894928e9bf982260c0f01108419014b181d0800111a66a61970128919017001000000"
      "050209001380145820e207dcad1b65e7bb53bdfca95dc7172a67"
      "18ad5620fa37d350f5617265739484584003d5d4091ace47e8c53a178fa863d50e83943418a7"
      "07bc13dd68c21f371f00d544587163b529ca52a75b68d6c72955"
      "c62f50ec4d55e8e347aa35fecda973785f");
}

std::string example_qr_b() {
  return "VE1:RRQXO8O600GK/4968AELV%+KAB7R.VW50:C0UZ76V8RU7Y-5UI0-FFHC9Y:6MATFN0BN1ZWJLS07"
         "Y0I+0//CHFO311+B0Y61880KC1880KK1RAJT432+0O01%*02003H0*50V50V504H0V50V50000000100"
         "HB0000RS0:43W50000AP1864M:SLBTJ.N68BHA9AO3P4MM31NBPQNC%J6G/JRA1+A5+HG-5BF6BW5QK-"
         "R.UJBQT+/OQRSQB2CZAR577LRF/OHJOW+C5$J.$7JOPJ 16 NR0GMDJ0E29ZIC1IJOVK 4G+1/32B739"
         "M97U3H008F3-:KP7E.EH880V50000MS0961.K2XP2374W:0Z*LW*CUUN 0OMILR7PAG5H53/*AKSV6WQ"
         ".0VZKENRE+WG748K1RZ61M3Q9JTLF7B7I.RCP$15XIB530:00N2/ADQ.3G-3B/Q68BARCXC59KA0PB%6"
         "R6A5K2PGAA.Y9*JTV297$6::P+QE52";
}

}  // namespace sufragio::tests
