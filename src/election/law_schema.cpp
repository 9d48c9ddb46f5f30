#include "election/law_schema.h"

#include <algorithm>
#include <array>

namespace sufragio::election {

namespace {

using enum ParameterKind;

constexpr std::array kSchema = {
    ParameterRule{"pack", "timezone", zone},
    ParameterRule{"pack", "languages", languages},

    ParameterRule{"seats.list", "method", choice, "highest_averages|largest_remainder|staged"},
    ParameterRule{"seats.list", "divisors", choice, "dhondt|sainte_lague|modified_sainte_lague"},
    ParameterRule{"seats.list", "threshold", fraction},
    ParameterRule{"seats.list", "threshold_of", choice, "valid"},
    ParameterRule{"seats.list", "threshold_territory", choice, "contest"},
    ParameterRule{"seats.list", "tie", choices, "more_votes|lot"},
    ParameterRule{"seats.list", "exhausted_list", choice, "report|next_quotient|vacant"},
    ParameterRule{"seats.list", "zero_votes", choice, "unassigned"},
    ParameterRule{"seats.list", "vote_unit", choice, "identical_list"},
    ParameterRule{"seats.list", "one_list_vote_feeds", choices, "own|regional|national"},

    ParameterRule{"seats.staged", "stages", stages},
    ParameterRule{"seats.staged", "remainder_min", fraction},
    ParameterRule{"seats.staged", "majority", choice, "none|one_more_seat"},

    ParameterRule{"seats.nominal", "method", choice, "plurality"},
    ParameterRule{"seats.nominal", "tie", choices, "lot"},
    ParameterRule{"seats.nominal", "votes_per_voter", choice, "seats|one"},
    ParameterRule{"seats.nominal", "unused_vote", choice, "null"},
    ParameterRule{"seats.nominal", "linked_to_list", boolean},

    ParameterRule{"seats.split", "rule", choice, "fixed_by_total|percent|given"},
    ParameterRule{"seats.split", "list_seats", split},
    ParameterRule{"seats.split", "list_percent", integer, {}, 0, 100},
    ParameterRule{"seats.split", "rounding", choice, "half_up|half_down|up|down"},
    ParameterRule{"seats.split", "total_counts_indigenous", boolean},

    ParameterRule{"seats.council", "sizes", ascending, {}, 1, 1'000},
    ParameterRule{"seats.council", "population_upto", ascending, {}, 1, 1'000'000'000},
    ParameterRule{"seats.council", "indigenous_seat", choice, "inside_size|outside_size"},

    ParameterRule{"seats.legislature", "min", integer, {}, 1, 1'000},
    ParameterRule{"seats.legislature", "max", integer, {}, 1, 1'000},

    ParameterRule{"assembly", "total", integer, {}, 1, 10'000},
    ParameterRule{"assembly", "nominal", integer, {}, 0, 10'000},
    ParameterRule{"assembly", "circuits", integer, {}, 0, 10'000},
    ParameterRule{"assembly", "list_regional", integer, {}, 0, 10'000},
    ParameterRule{"assembly", "list_national", integer, {}, 0, 10'000},
    ParameterRule{"assembly", "indigenous", integer, {}, 0, 10'000},
    ParameterRule{"assembly", "state_seats", state_seats},

    ParameterRule{"nominations", "alliance", choice, "identical_nomination"},
    ParameterRule{"nominations", "card_votes_follow", choice,
                  "current_candidate|printed_candidate"},
    ParameterRule{"nominations", "orphan_card_votes", choice, "null|list|transfer"},
    ParameterRule{"nominations", "residual_row", choice, "VTV|none"},
    ParameterRule{"nominations", "modify_days_before", integer, {}, 0, 365},
    ParameterRule{"nominations", "modify_list_days_before", integer, {}, 0, 365},
    ParameterRule{"nominations", "substitute_causes", choices,
                  "death|resignation|incapacity|legal_bar"},
    ParameterRule{"nominations", "parity", choice, "none|alternating"},
    ParameterRule{"nominations", "parity_min_percent", integer, {}, 0, 50},
    ParameterRule{"nominations", "parity_max_percent", integer, {}, 50, 100},
    ParameterRule{"nominations", "parity_on_substitution", boolean},
    ParameterRule{"nominations", "deadline_time", clock},
    ParameterRule{"nominations", "ballot_fixed_days_before", integer, {}, 0, 365},
    ParameterRule{"nominations", "ballot_order", choice, "recorded"},
    ParameterRule{"nominations", "list_order", choice, "closed"},
    ParameterRule{"nominations", "list_and_nominal", boolean},
    ParameterRule{"nominations", "authority", choice, "refuse|warn"},
    ParameterRule{"nominations", "logo", choice, "refuse|warn"},
    ParameterRule{"nominations", "identical_names", choice, "refuse|warn"},
    ParameterRule{"nominations", "indigenous_by", choice, "indigenous_organisation|any"},
    ParameterRule{"nominations", "min_age_president", integer, {}, 0, 120},
    ParameterRule{"nominations", "min_age_governor", integer, {}, 0, 120},
    ParameterRule{"nominations", "min_age_mayor", integer, {}, 0, 120},
    ParameterRule{"nominations", "min_age_representative", integer, {}, 0, 120},
    ParameterRule{"nominations", "min_age_constituent", integer, {}, 0, 120},

    ParameterRule{"mesa", "assignment", choice, "ending_then_cedula|cedula"},
    ParameterRule{"mesa", "electors_target", integer, {}, 1, 4'000},
    ParameterRule{"mesa", "electors_max", integer, {}, 1, 4'000},
    ParameterRule{"mesa", "members_titular", integer, {}, 1, 99},
    ParameterRule{"mesa", "members_substitute", integer, {}, 0, 99},
    ParameterRule{"mesa", "members_reserve", integer, {}, 0, 99},
    ParameterRule{"mesa", "quorum", integer, {}, 1, 99},

    ParameterRule{"day", "install_day_offset", integer, {}, -30, 0},
    ParameterRule{"day", "constitution", clock},
    ParameterRule{"day", "substitutes_from", clock},
    ParameterRule{"day", "open", clock},
    ParameterRule{"day", "close", clock},
    ParameterRule{"day", "close_while_queue", choice, "wait|close"},
    ParameterRule{"day", "queue_tokens", boolean},
    ParameterRule{"day", "early_close", choice, "never|two_officials_regional_code_and_reason"},

    ParameterRule{"voting", "time_limit_s", integer, {}, 30, 3'600},
    ParameterRule{"voting", "idle_notice_s", integer, {}, 10, 3'600},
    ParameterRule{"voting", "idle_alert_s", integer, {}, 5, 600},
    ParameterRule{"voting", "expiry", choice, "official|auto_null"},
    ParameterRule{"voting", "abandoned", choice, "null_with_receipt"},
    ParameterRule{"voting", "empty_vote", choice, "null_after_warning"},
    ParameterRule{"voting", "undo_before_vote", boolean},
    ParameterRule{"voting", "receipt_check_s", integer, {}, 0, 600},
    ParameterRule{"voting", "spoil_max_per_voter", integer, {}, 0, 9},
    ParameterRule{"voting", "challenge", boolean},
    ParameterRule{"voting", "assistant_voters_max", integer, {}, 0, 99},
    ParameterRule{"voting", "assistant_id_recorded", boolean},

    ParameterRule{"gate", "tries", integer, {}, 1, 99},
    ParameterRule{"gate", "finger_order", choice, "quality|right_then_left"},
    ParameterRule{"gate", "capture_timeout_s", integer, {}, 1, 120},
    ParameterRule{"gate", "fmr_transaction", fraction},
    ParameterRule{"gate", "may_vote", choices, "match|no_match|no_template|no_hands"},
    ParameterRule{"gate", "authorise", choice_map, "none|president|president_and_member", 0, 0,
                  "no_match|no_template|no_hands"},
    ParameterRule{"gate", "block_no_match_consecutive", integer, {}, 1, 4'000},
    ParameterRule{"gate", "block_no_template_percent", integer, {}, 1, 100},
    ParameterRule{"gate", "block_no_template_base", choice, "registered|voted"},
    ParameterRule{"gate", "block_no_hands_consecutive", integer, {}, 1, 4'000},
    ParameterRule{"gate", "unblock_first", choice, "mesa_code|regional_code"},
    ParameterRule{"gate", "unblock_next", choice, "mesa_code|regional_code"},

    ParameterRule{"close", "sequence", choices,
                  "stamp_no_voto|members_sign|count|print|copies|send|draw|verify|pack"},
    ParameterRule{"close", "copy_order", choices, "commission|president|secretary|witnesses|door"},
    ParameterRule{"close", "copies_unlimited", boolean},

    ParameterRule{"acta", "null_unit", choice, "votes"},

    ParameterRule{"recount", "trigger_margin", fraction},

    ParameterRule{"audit.statutory", "method", choice,
                  "per_centre_table|per_centre_half|national_share|fixed_count"},
    ParameterRule{"audit.statutory", "table", sample_table},
    ParameterRule{"audit.statutory", "share", fraction},
    ParameterRule{"audit.statutory", "share_unit", choice, "mesas|centres|votes"},
    ParameterRule{"audit.statutory", "draw_after", choice, "sent_or_media|printed"},
    ParameterRule{"audit.statutory", "tolerance", integer, {}, 0, 4'000},
    ParameterRule{"audit.statutory", "phase2_share", fraction},
    ParameterRule{"audit.statutory", "predispatch_share", fraction},

    ParameterRule{"audit.rla", "risk_limit", fraction},
    ParameterRule{"audit.rla", "g", fraction},
    ParameterRule{"audit.rla", "d", integer, {}, 1, 1'000'000},
    ParameterRule{"audit.rla", "max_rounds", integer, {}, 1, 1'000},

    ParameterRule{"totalization", "max_hours", integer, {}, 1, 8'760},
    ParameterRule{"totalization", "publish_days", integer, {}, 1, 3'650},
    ParameterRule{"totalization", "first_bulletin", choice, "any_time|irreversible_trend"},
    ParameterRule{"totalization", "irreversible", choice, "per_seat_deterministic"},
    ParameterRule{"totalization", "contingency_acta", choice, "scan_double_entry_two_signatures"},
    ParameterRule{"totalization", "bulletin_quorum", integer, {}, 1, 64},

    ParameterRule{"rows", "unanimous_min", integer, {}, 0, 4'000},
    ParameterRule{"rows", "turnout_max", fraction},
    ParameterRule{"rows", "null_max", fraction},
    ParameterRule{"rows", "deviation", fraction},
    ParameterRule{"rows", "deviation_min_votes", integer, {}, 0, 4'000},
    ParameterRule{"rows", "incidents_max", integer, {}, 0, 4'000},
    ParameterRule{"rows", "open_late_min", integer, {}, 0, 1'440},
    ParameterRule{"rows", "late_hours", integer, {}, 0, 8'760},

    ParameterRule{"fixture",
                  "offices",
                  count_map,
                  {},
                  0,
                  1'000'000,
                  "governors|mayors|legislators|councillors"},
    ParameterRule{"fixture", "offices_total", integer, {}, 0, 1'000'000},
};

}  // namespace

std::span<const ParameterRule> law_schema() { return kSchema; }

bool is_optional(const ParameterRule& rule) {
  return std::find(std::begin(kOptionalTables), std::end(kOptionalTables), rule.table) !=
         std::end(kOptionalTables);
}

}  // namespace sufragio::election
