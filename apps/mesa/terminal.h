#pragma once

#include <optional>
#include <string>
#include <vector>

#include "channel.h"

// The terminals of the people: the operator's panel and the voter's screen hold nothing, they send
// what was touched and show what comes back (docs/spec/machine-wires.md 5).
namespace sufragio::mesa {

// [number, act, [int...], text]: an act of the panel or of the screen; answered with the number.
struct Touch {
  std::uint64_t number = 0;
  std::uint8_t act = 0;
  std::vector<std::int64_t> values;
  std::string text;
  [[nodiscard]] std::int64_t value(std::size_t i) const {
    return i < values.size() ? values[i] : 0;
  }
};
[[nodiscard]] Bytes encode(const Touch& touch);
[[nodiscard]] std::optional<Touch> decode_touch(ByteView bytes);

enum class PanelAct : std::uint8_t {
  look,
  install,
  constitute,  // members
  zero,
  open,
  present,  // text: card
  authorise,
  no_hands,
  activate,
  cancel,
  code,         // list, index; text: digits
  token,        // number; text: characters
  begin_close,  // people in line
  close,
  hand_out,
  delivered,
  draw,
  pack,
  void_token,
  finish,
  suspend,
  resume,
  set_clock,  // unix seconds
  finger      // drills: what the reader says from now on
};
enum class ScreenAct : std::uint8_t { look, press, select, tick, order };

// What the panel shows: [number, [phase, suspended, station, blocked, refused, voted already,
// tokens open, unblocks, needs token, network]].
struct PanelView {
  std::uint64_t number = 0;
  std::vector<std::int64_t> values;
};
// What the screen shows: [number, [at, contest, fault, chosen cards of the contest ...]].
using ScreenView = PanelView;
[[nodiscard]] Bytes encode(const PanelView& view);
[[nodiscard]] std::optional<PanelView> decode_view(ByteView bytes);

}  // namespace sufragio::mesa
