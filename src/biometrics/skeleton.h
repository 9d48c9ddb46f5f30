#pragma once

#include <cstdint>
#include <vector>

#include "biometrics/ridges.h"

// A skeleton as a graph: ends and branchings are nodes, the lines between them edges. Spurious
// structure is taken out here, where it can be seen whole (stage E10).
namespace sufragio::biometrics {

struct Pixel {
  std::int16_t x = 0, y = 0;
  friend bool operator==(const Pixel&, const Pixel&) = default;
};

struct RidgeEdge {
  int from = 0, to = 0;  // nodes
  Wiped<Pixel> line;     // without the nodes themselves, from → to
  bool alive = true;
};

struct RidgeNode {
  Pixel at;
  std::vector<int> edges;  // a loop stands twice
  bool alive = true;
};

struct RidgeGraph {
  std::vector<RidgeNode> nodes;
  std::vector<RidgeEdge> edges;
};

[[nodiscard]] RidgeGraph trace_skeleton(const Bits& skeleton);

struct CleanRules {  // lengths in 1/16 of the local distance of two ridges
  int spur = 10;
  int fragment = 16;
  int bridge = 18;
  int lake = 40;
  int gap = 20;
};

// Takes out spurs, short pieces, bridges, lakes, and joins ridges that were only broken.
void clean(RidgeGraph& graph, const Fields& fields, const CleanRules& rules);

// The pixel `steps` pixels along the edge, seen from the node; the last one when it is shorter.
[[nodiscard]] Pixel along(const RidgeGraph& graph, int edge, int node, int steps);

}  // namespace sufragio::biometrics
