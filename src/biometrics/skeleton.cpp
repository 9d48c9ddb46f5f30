#include "biometrics/skeleton.h"

#include <algorithm>
#include <array>

#include "biometrics/geometry.h"

namespace sufragio::biometrics {

namespace {

constexpr std::array<int, 8> kDx{0, 1, 1, 1, 0, -1, -1, -1};
constexpr std::array<int, 8> kDy{-1, -1, 0, 1, 1, 1, 0, -1};

int square(int v) { return v * v; }
int distance2(Pixel a, Pixel b) { return square(a.x - b.x) + square(a.y - b.y); }

// ---- the graph of a skeleton ----

class Tracer {
 public:
  explicit Tracer(const Bits& bits)
      : bits_{bits}, node_(bits.width, bits.height, -1), seen_(bits.width, bits.height) {}

  RidgeGraph run() {
    find_nodes();
    for (int y = 1; y + 1 < bits_.height; ++y) {
      for (int x = 1; x + 1 < bits_.width; ++x) {
        if (node_.at(x, y) >= 0) leave(x, y);
      }
    }
    return std::move(graph_);
  }

 private:
  [[nodiscard]] int crossings(int x, int y) const {
    int rises = 0;
    for (std::size_t k = 0; k < 8; ++k) {
      const bool here = bits_.at(x + kDx[k], y + kDy[k]) != 0;
      const bool next = bits_.at(x + kDx[(k + 1) % 8], y + kDy[(k + 1) % 8]) != 0;
      rises += !here && next ? 1 : 0;
    }
    return rises;
  }

  // Ends and branchings; branchings that touch are one node.
  void find_nodes() {
    for (int y = 1; y + 1 < bits_.height; ++y) {
      for (int x = 1; x + 1 < bits_.width; ++x) {
        if (bits_.at(x, y) == 0) continue;
        const int rises = crossings(x, y);
        int count = 0;
        for (std::size_t k = 0; k < 8; ++k) count += bits_.at(x + kDx[k], y + kDy[k]);
        if (rises >= 3 || count >= 4 || rises == 1) mark(x, y, rises == 1);
      }
    }
  }

  void mark(int x, int y, bool end) {
    if (!end) {
      for (std::size_t k = 0; k < 8; ++k) {
        const int near = node_.at(x + kDx[k], y + kDy[k]);
        if (near >= 0) {
          node_.at(x, y) = near;
          return;
        }
      }
    }
    node_.at(x, y) = static_cast<std::int32_t>(graph_.nodes.size());
    graph_.nodes.push_back(
        {{static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)}, {}, true});
  }

  void leave(int x, int y) {
    for (std::size_t k = 0; k < 8; ++k) {
      const int nx = x + kDx[k], ny = y + kDy[k];
      if (bits_.at(nx, ny) == 0 || seen_.at(nx, ny) != 0) continue;
      const int other = node_.at(nx, ny);
      if (other == node_.at(x, y)) continue;
      if (other >= 0) {
        if (other > node_.at(x, y)) add(node_.at(x, y), other, {});
        continue;
      }
      follow(node_.at(x, y), nx, ny);
    }
  }

  void follow(int from, int x, int y) {
    Wiped<Pixel> line;
    while (true) {
      seen_.at(x, y) = 1;
      line.push_back({static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)});
      int best = -1, node = -1;
      for (int k : {0, 2, 4, 6, 1, 3, 5, 7}) {
        const auto d = static_cast<std::size_t>(k);
        const int nx = x + kDx[d], ny = y + kDy[d];
        if (bits_.at(nx, ny) == 0) continue;
        const int near = node_.at(nx, ny);
        if (near >= 0) {
          // The node that the line left is next to its first pixel too.
          if (near != from || line.size() > 2) node = near;
        } else if (seen_.at(nx, ny) == 0 && best < 0) {
          best = k;
        }
      }
      if (node >= 0) return add(from, node, std::move(line));
      if (best < 0) return;
      x += kDx[static_cast<std::size_t>(best)];
      y += kDy[static_cast<std::size_t>(best)];
    }
  }

  void add(int from, int to, Wiped<Pixel> line) {
    const int edge = static_cast<int>(graph_.edges.size());
    graph_.edges.push_back({from, to, std::move(line), true});
    graph_.nodes[static_cast<std::size_t>(from)].edges.push_back(edge);
    graph_.nodes[static_cast<std::size_t>(to)].edges.push_back(edge);
  }

  const Bits& bits_;
  Plane<std::int32_t> node_;
  Bits seen_;
  RidgeGraph graph_;
};

// ---- cleaning ----

class Cleaner {
 public:
  Cleaner(RidgeGraph& graph, const Fields& fields) : g_{graph}, fields_{fields} {}

  RidgeNode& node(int i) { return g_.nodes[static_cast<std::size_t>(i)]; }
  RidgeEdge& edge(int i) { return g_.edges[static_cast<std::size_t>(i)]; }
  static int length(const RidgeEdge& e) { return static_cast<int>(e.line.size()) + 1; }

  // Is the edge shorter than `part` sixteenths of the distance of two ridges?
  bool shorter(const RidgeEdge& e, int part) {
    return length(e) * 256 < part * period(node(e.from).at);
  }
  int period(Pixel p) const { return fields_.period.at(p.x / kCell, p.y / kCell); }

  void remove(int e) {
    edge(e).alive = false;
    const std::array<int, 2> ends{edge(e).from, edge(e).to};
    for (const int n : ends) {
      auto& list = node(n).edges;
      list.erase(std::remove(list.begin(), list.end(), e), list.end());
    }
    for (const int n : ends) settle(n);
  }

  // A node of two edges is none: they become one. A node without edges goes.
  void settle(int n) {
    RidgeNode& at = node(n);
    if (!at.alive) return;
    if (at.edges.empty()) {
      at.alive = false;
      return;
    }
    if (at.edges.size() != 2 || at.edges[0] == at.edges[1]) return;
    const int a = at.edges[0], b = at.edges[1];
    Wiped<Pixel> line = towards(a, n);
    line.push_back(at.at);
    Wiped<Pixel> rest = towards(b, n);
    line.insert(line.end(), rest.rbegin(), rest.rend());
    const int from = other(a, n), to = other(b, n);
    for (const int e : {a, b}) edge(e).alive = false;
    at.alive = false;
    at.edges.clear();
    std::replace(node(from).edges.begin(), node(from).edges.end(), a,
                 static_cast<int>(g_.edges.size()));
    std::replace(node(to).edges.begin(), node(to).edges.end(), b,
                 static_cast<int>(g_.edges.size()));
    g_.edges.push_back({from, to, std::move(line), true});
  }

  int other(int e, int n) { return edge(e).from == n ? edge(e).to : edge(e).from; }
  Wiped<Pixel> towards(int e, int n) {  // the line so that it ends at n
    Wiped<Pixel> line = edge(e).line;
    if (edge(e).to != n) std::reverse(line.begin(), line.end());
    return line;
  }

  void spurs(int part) {
    // The shortest first: what is left of a fork is then a whole ridge.
    std::vector<std::pair<int, int>> order;
    for (int e = 0; e < static_cast<int>(g_.edges.size()); ++e) {
      if (edge(e).alive && is_spur(e) && shorter(edge(e), part))
        order.emplace_back(length(edge(e)), e);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [size, e] : order) {
      if (edge(e).alive && is_spur(e)) remove(e);
    }
  }
  bool is_spur(int e) {
    const std::size_t a = node(edge(e).from).edges.size(), b = node(edge(e).to).edges.size();
    return (a == 1 && b >= 3) || (b == 1 && a >= 3);
  }

  void fragments(int part) {
    for (int e = 0; e < static_cast<int>(g_.edges.size()); ++e) {
      if (!edge(e).alive || edge(e).from == edge(e).to) continue;
      if (node(edge(e).from).edges.size() != 1 || node(edge(e).to).edges.size() != 1) continue;
      if (shorter(edge(e), part)) remove(e);
    }
  }

  // Two ways between the same two branchings, both short: a pore. The longer way goes.
  void lakes(int part) {
    for (int n = 0; n < static_cast<int>(g_.nodes.size()); ++n) {
      if (!node(n).alive || node(n).edges.size() < 3) continue;
      const std::vector<int> list = node(n).edges;
      for (std::size_t i = 0; i < list.size(); ++i) {
        for (std::size_t k = i + 1; k < list.size(); ++k) {
          const int a = list[i], b = list[k];
          if (!edge(a).alive || !edge(b).alive) continue;
          if (a == b) {
            if (shorter(edge(a), 2 * part)) remove(a);
            continue;
          }
          if (other(a, n) != other(b, n) || other(a, n) == n) continue;
          if (!shorter(edge(a), part) || !shorter(edge(b), part)) continue;
          remove(length(edge(a)) > length(edge(b)) ? a : b);
        }
      }
    }
  }

  // A short line between two branchings that runs across the ridges.
  void bridges(int part) {
    for (int e = 0; e < static_cast<int>(g_.edges.size()); ++e) {
      if (!edge(e).alive || edge(e).from == edge(e).to || !shorter(edge(e), part)) continue;
      const Pixel a = node(edge(e).from).at, b = node(edge(e).to).at;
      if (node(edge(e).from).edges.size() < 3 || node(edge(e).to).edges.size() < 3) continue;
      const int ridge =
          ridge_angle(direction_at(fields_.direction, (a.x + b.x) / 2, (a.y + b.y) / 2));
      const int line = atan2_12(a.y - b.y, b.x - a.x);
      const int turn = (line - ridge) & 2'047;
      if (turn > 512 && turn < 1'536) remove(e);
    }
  }

  // Ends that face each other along the ridge: the ridge was only broken.
  void gaps(int part) {
    struct Gap {
      int size, a, b;
    };
    std::vector<Gap> found;
    std::vector<int> ends;
    for (int n = 0; n < static_cast<int>(g_.nodes.size()); ++n) {
      if (node(n).alive && node(n).edges.size() == 1) ends.push_back(n);
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      for (std::size_t k = i + 1; k < ends.size(); ++k) {
        const Pixel a = node(ends[i]).at, b = node(ends[k]).at;
        const int reach = part * period(a);  // 1/256 px
        const int d2 = distance2(a, b);
        if (d2 * 65'536LL > std::int64_t{reach} * reach ||
            node(ends[i]).edges[0] == node(ends[k]).edges[0])
          continue;
        if (faces(ends[i], ends[k]) && faces(ends[k], ends[i]))
          found.push_back({d2, ends[i], ends[k]});
      }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Gap& p, const Gap& q) { return p.size < q.size; });
    for (const Gap& gap : found) {
      if (!node(gap.a).alive || !node(gap.b).alive) continue;
      if (node(gap.a).edges.size() == 1 && node(gap.b).edges.size() == 1) join(gap.a, gap.b);
    }
  }

  // Does the ridge that ends at `a` go on towards `b`, within a sixteenth of a turn … less when
  // near?
  bool faces(int a, int b) {
    const Pixel from = node(a).at, to = node(b).at, back = along(g_, node(a).edges[0], a, 10);
    const int out = atan2_12(back.y - from.y, from.x - back.x);
    const int gap = atan2_12(from.y - to.y, to.x - from.x);
    const int turn = std::abs(((out - gap + 2'048) & 4'095) - 2'048);
    return turn <= (distance2(from, to) <= 25 ? 640 : 384);
  }

  void join(int a, int b) {
    const Pixel p = node(a).at, q = node(b).at;
    const int steps = std::max(std::abs(q.x - p.x), std::abs(q.y - p.y));
    Wiped<Pixel> line;
    for (int i = 1; i < steps; ++i) {
      line.push_back({static_cast<std::int16_t>(p.x + (q.x - p.x) * i / steps),
                      static_cast<std::int16_t>(p.y + (q.y - p.y) * i / steps)});
    }
    const int e = static_cast<int>(g_.edges.size());
    g_.edges.push_back({a, b, std::move(line), true});
    node(a).edges.push_back(e);
    node(b).edges.push_back(e);
    settle(a);
    settle(b);
  }

 private:
  RidgeGraph& g_;
  const Fields& fields_;
};

}  // namespace

RidgeGraph trace_skeleton(const Bits& skeleton) {
  RidgeGraph graph = Tracer{skeleton}.run();
  RidgeGraph& g = graph;
  Fields none;
  Cleaner cleaner{g, none};
  for (int n = 0; n < static_cast<int>(g.nodes.size()); ++n) cleaner.settle(n);
  return graph;
}

Pixel along(const RidgeGraph& graph, int edge, int node, int steps) {
  const RidgeEdge& e = graph.edges[static_cast<std::size_t>(edge)];
  const bool forwards = e.from == node;
  if (static_cast<std::size_t>(steps) > e.line.size()) {
    return graph.nodes[static_cast<std::size_t>(forwards ? e.to : e.from)].at;
  }
  const auto i = static_cast<std::size_t>(steps) - 1;
  return forwards ? e.line[i] : e.line[e.line.size() - 1 - i];
}

void clean(RidgeGraph& graph, const Fields& fields, const CleanRules& rules) {
  Cleaner cleaner{graph, fields};
  cleaner.lakes(rules.lake);
  cleaner.spurs(rules.spur / 2);
  cleaner.gaps(rules.gap);
  cleaner.bridges(rules.bridge);
  cleaner.spurs(rules.spur);
  cleaner.lakes(rules.lake);
  cleaner.gaps(rules.gap);
  cleaner.fragments(rules.fragment);
}

}  // namespace sufragio::biometrics
