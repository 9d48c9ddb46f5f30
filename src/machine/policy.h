#pragma once

#include <cstdint>

#include "election/package.h"

// What the law pack and the package say to the machine, read once.
namespace sufragio::machine {

enum class Authority : std::uint8_t { none, president, president_and_member };
enum class CodeList : std::uint8_t { mesa = 1, regional = 2 };
enum class Expiry : std::uint8_t { official, auto_null };

struct Policy {
  // The day, minutes after local midnight.
  std::int32_t open_min = 360;
  std::int32_t close_min = 1'080;
  bool early_close = true;  // two officials, regional code and reason; else never
  std::uint16_t quorum = 2;
  // The gate.
  std::uint16_t registered = 0;
  std::uint8_t tries = 3;
  Authority no_match = Authority::president_and_member;
  Authority no_template = Authority::president_and_member;
  Authority no_hands = Authority::president_and_member;
  std::uint16_t block_no_match = 7;              // consecutive
  std::uint16_t block_no_template_percent = 20;  // of the registered electors, rounded up
  std::uint16_t block_no_hands = 5;              // consecutive
  CodeList unblock_first = CodeList::mesa;
  CodeList unblock_next = CodeList::regional;
  std::uint16_t assistant_voters_max = 1;
  // The ballot session, seconds of its own ticks.
  std::uint16_t time_limit_s = 360;
  std::uint16_t more_time_s = 120;  // each touch after the limit grants so much
  std::uint16_t idle_notice_s = 180;
  std::uint16_t idle_alert_s = 30;
  std::uint16_t receipt_check_s = 30;  // 0: no check
  std::uint16_t thanks_s = 5;
  std::uint8_t spoil_max = 2;
  Expiry expiry = Expiry::official;
  bool abandoned_is_null = true;  // else the session is dropped and the elector may come back
  bool challenge = false;

  [[nodiscard]] static Policy of(const election::LawPack& law, const election::Mesa& mesa);
};

// A pure core's answer to one event.
template <typename S, typename F>
struct Step {
  S state;
  std::vector<F> effects;
};

}  // namespace sufragio::machine
