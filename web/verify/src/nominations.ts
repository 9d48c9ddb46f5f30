/**
 * The signed acts of nomination, and what the votes of each card count for by them
 * (docs/spec/nominations.md).
 */
import { compareText, equal, type Bytes } from "./bytes";
import { decode, Shape } from "./cbor";
import { parseSign1, verifySign1, type PublicKey } from "./cose";
import type { Engine } from "./crypto";
import { fail } from "./failure";
import type { CardReading, Law } from "./law";
import { eventOf, EventRules, type Event } from "./nomination_events";
import type { Card, Contest, Definition } from "./package";

export interface ActsHead {
  acts: number;
  last: Bytes;
}

interface Act {
  hash: Bytes;
  events: Event[];
}

const kAad = "sufragio/nomination/1";
const kActLimit = 1 << 30;

/** Every act signed by a key of operations, each with the hash of the one before. */
async function readActs(
  engine: Engine,
  data: Bytes,
  election: string,
  ops: readonly PublicKey[],
): Promise<Act[]> {
  const shape = new Shape("nominations");
  const records = shape.array(decode(data), "acts");
  const out: Act[] = [];
  for (const item of records) {
    const bytes = shape.bytes(item, "act");
    const record = parseSign1(bytes, kActLimit);
    let good = false;
    for (const key of ops) good ||= await verifySign1(engine, record, kAad, key);
    if (!good) fail("nominations.signature", { act: out.length });
    const map = shape.map(decode(record.payload), 1, 5);
    const before = map.get(4);
    const last = out.at(-1);
    const linked =
      last === undefined
        ? before === null
        : before instanceof Uint8Array && equal(before, last.hash);
    if (map.get(1) !== 1 || map.get(2) !== election || map.get(3) !== out.length || !linked)
      fail("nominations.chain", { act: out.length });
    const events = shape.array(map.get(5), "5");
    if (events.length === 0) shape.bad("5");
    out.push({
      hash: engine.sha256(bytes),
      events: events.map((event) =>
        eventOf(shape.array(event, "5").map((field) => shape.text(field, "5"))),
      ),
    });
  }
  return out;
}

type Standing = "nominated" | "admitted" | "disqualified" | "withdrawn";
interface CardState {
  organisation: string;
  option: string;
  name: string;
  standing: Standing;
  position: number;
  since: string;
  positionEvent: number;
}
interface PlaceState {
  person: string;
  name: string;
  standing: Standing;
  since: string;
}

/** Who stands for an option. */
export interface Person {
  person: string;
  name: string;
}

const stands = ({ person, name, time }: Event): PlaceState => ({
  person,
  name,
  standing: "nominated",
  since: time,
});

const isOpen = (standing: Standing): boolean =>
  standing === "nominated" || standing === "admitted";

/** Section 2: cards and places of one contest at a minute. */
class State {
  readonly cards = new Map<string, CardState>();
  readonly places = new Map<string, Map<number, PlaceState>>();

  private placesOf(option: string): Map<number, PlaceState> {
    let found = this.places.get(option);
    if (found === undefined) this.places.set(option, (found = new Map<number, PlaceState>()));
    return found;
  }

  /** An event that finds nothing that it needs changes nothing: false for a `nominate` of those. */
  apply(event: Event, number: number): boolean {
    const { organisation, option, time } = event;
    const card = this.cards.get(`${organisation} ${option}`);
    const places = this.placesOf(option);
    const place = places.get(Number(event.place));
    switch (event.event) {
      case "nominate":
        if (card !== undefined && isOpen(card.standing)) return false;
        this.cards.set(`${organisation} ${option}`, {
          organisation,
          option,
          name: event.name,
          standing: "nominated",
          position: card?.position ?? 0,
          since: time,
          positionEvent: card?.positionEvent ?? 0,
        });
        return true;
      case "candidate":
        if (place !== undefined && isOpen(place.standing)) return true;
        places.set(Number(event.place), stands(event));
        return true;
      case "substitute":
        if (place === undefined) return true;
        places.set(Number(event.place), stands(event));
        return true;
      case "admit":
        if (organisation === "") {
          if (place?.standing === "nominated")
            places.set(Number(event.place), { ...place, standing: "admitted", since: time });
          return true;
        }
        if (card?.standing !== "nominated") return true;
        Object.assign(card, { standing: "admitted", since: time });
        for (const one of places.values())
          if (one.standing === "nominated")
            Object.assign(one, { standing: "admitted", since: time });
        return true;
      case "disqualify":
      case "withdraw": {
        const ended = event.event === "withdraw" ? "withdrawn" : "disqualified";
        const what = organisation === "" ? place : card;
        if (what !== undefined && isOpen(what.standing))
          Object.assign(what, { standing: ended, since: time });
        return true;
      }
      case "position":
        if (card !== undefined)
          Object.assign(card, { position: event.position, positionEvent: number });
    }
    return true;
  }

  alive(option: string): boolean {
    return [...this.placesOf(option).values()].some((place) => place.standing === "admitted");
  }
  /** In the order of the list. */
  standing(option: string): Person[] {
    return [...this.placesOf(option)]
      .filter(([, place]) => place.standing === "admitted")
      .sort(([a], [b]) => a - b)
      .map(([, place]) => place);
  }
  candidate(option: string): PlaceState | undefined {
    return this.placesOf(option).get(0);
  }
  /** Admitted cards with somebody who stands, in legal order. */
  ballot(): CardState[] {
    return [...this.cards.values()]
      .filter((card) => card.standing === "admitted" && this.alive(card.option))
      .sort(
        (a, b) =>
          (a.position || 65536) - (b.position || 65536) ||
          compareText(a.organisation, b.organisation) ||
          compareText(a.option, b.option),
      );
  }
}

/** A card whose print was no longer the law when polls opened (section 6). */
export interface StaleCard {
  /** From 1. */
  position: number;
  /** Under each reading of the law, the pack's own first; empty: the votes are null. */
  counts: string[];
  reason: "withdrawn" | "disqualified" | "substituted" | "other_candidate";
  since: string;
}

type Stale = Omit<StaleCard, "position" | "counts"> & { current: string | null };

function staleCard(
  state: State,
  printed: Card,
  printedName: string,
  fresh: CardState[],
): Stale | null {
  const card = state.cards.get(`${printed.organisation} ${printed.option}`);
  if (card === undefined) return null; // the history does not mention it
  const person = state.candidate(printed.option);
  const cardIn = card.standing === "admitted";
  if (cardIn && state.alive(printed.option)) {
    if (person === undefined || person.name === printedName) return null;
    return { current: printed.option, reason: "substituted", since: person.since };
  }
  const other = fresh.findIndex((one) => one.organisation === printed.organisation);
  if (other !== -1) {
    const [taken] = fresh.splice(other, 1);
    return { current: taken!.option, reason: "other_candidate", since: taken!.since };
  }
  const ended = !cardIn || person === undefined ? card : person;
  const reason = ended.standing === "disqualified" ? "disqualified" : "withdrawn";
  return { current: null, reason, since: ended.since };
}

function staleOf(contest: Contest, state: State, readings: readonly CardReading[]): StaleCard[] {
  const names = new Map(contest.options.map((option) => [option.id, option.name]));
  const printed = new Set(contest.cards.map((card) => `${card.organisation} ${card.option}`));
  const ballot = state.ballot();
  const fresh = ballot.filter((card) => !printed.has(`${card.organisation} ${card.option}`));
  const found = contest.cards.map((card) =>
    staleCard(state, card, names.get(card.option) ?? "", fresh),
  );
  /** Is the printed person still a candidate, if only on other cards? */
  const stands = (option: string): boolean => {
    const person = state.candidate(option);
    const same = person === undefined || person.name === names.get(option);
    return same && ballot.some((card) => card.option === option);
  };
  const ofAlliance = (alliance: string | null): string =>
    alliance === null
      ? ""
      : (contest.cards.find((card, i) => card.alliance === alliance && found[i] === null)?.option ??
        "");
  const goesTo = (card: Card, stale: Stale, { follow, orphan }: CardReading): string => {
    if (follow === "current_candidate" && stale.current !== null) return stale.current;
    if (follow === "printed_candidate" && stands(card.option)) return card.option;
    if (orphan === "list" && contest.kind === "list") return card.option;
    return orphan === "transfer" ? ofAlliance(card.alliance) : "";
  };
  return found.flatMap((stale, i): StaleCard[] =>
    stale === null
      ? []
      : [
          {
            position: i + 1,
            counts: readings.map((reading) => goesTo(contest.cards[i]!, stale, reading)),
            reason: stale.reason,
            since: stale.since,
          },
        ],
  );
}

/** The acts of an election, and by how many of them its cards can be counted. */
export class Nominations {
  private constructor(
    private readonly acts: readonly Act[],
    private readonly least: number,
  ) {}

  static async read(
    engine: Engine,
    data: Bytes,
    head: Bytes,
    definition: Definition,
    law: Law,
    ops: readonly PublicKey[],
  ): Promise<Nominations> {
    const shape = new Shape("nominations head");
    const map = shape.map(decode(head), 1, 3);
    if (map.get(1) !== 1) shape.bad("1");
    const named: ActsHead = {
      acts: shape.uint(map.get(2), "2"),
      last: shape.bytes(map.get(3), "3", 32),
    };
    const out = new Nominations(await readActs(engine, data, definition.id, ops), named.acts);
    out.upTo(named);
    out.checkLater(definition, law);
    return out;
  }

  /** What came after the package was frozen was judged by nobody yet. */
  private checkLater(definition: Definition, law: Law): void {
    const rules = new EventRules(definition, law);
    const states = new Map<string, State>();
    this.acts.forEach((act, number) => {
      for (const event of act.events) {
        const code = rules.judge(event);
        if (code !== null && number >= this.least) fail("nominations.late", { act: number, code });
        if (code === "H103") continue;
        let state = states.get(event.contest);
        if (state === undefined) states.set(event.contest, (state = new State()));
        if (state.apply(event, 0)) rules.took(event);
      }
    });
  }

  get head(): ActsHead {
    return { acts: this.acts.length, last: this.acts.at(-1)!.hash };
  }

  /** How many acts a record names: at least those of the package, and the last is the same. */
  upTo(head: ActsHead): number {
    const last = this.acts[head.acts - 1];
    if (head.acts < this.least || last === undefined || !equal(last.hash, head.last))
      fail("nominations.head", { acts: head.acts });
    return head.acts;
  }

  /** Each contest when polls open, by the first `acts`. */
  private states(definition: Definition, law: Law, acts: number): Map<string, State> {
    const opening = `${definition.date} ${law.opening}`;
    const states = new Map<string, State>();
    const events = this.acts.slice(0, acts).flatMap((act) => act.events);
    events.forEach((event, i) => {
      if (event.time > opening || event.contest === "") return;
      let state = states.get(event.contest);
      if (state === undefined) states.set(event.contest, (state = new State()));
      state.apply(event, i + 1);
    });
    return states;
  }

  /** Who stands for an option of a contest then. */
  standing(
    definition: Definition,
    law: Law,
    acts: number,
  ): (contest: string, option: string) => Person[] {
    const states = this.states(definition, law, acts);
    return (contest, option) => states.get(contest)?.standing(option) ?? [];
  }

  /** The definition with what each card counts for when polls open, by the first `acts`. */
  count(definition: Definition, law: Law, acts: number): Definition {
    const states = this.states(definition, law, acts);
    const contests = definition.contests.map((contest) => {
      const state = states.get(contest.id);
      const stale = state === undefined ? [] : staleOf(contest, state, law.cardReadings);
      return stale.length === 0 ? contest : byLaw(contest, stale);
    });
    return { ...definition, contests };
  }
}

/** The contest with its stale cards as the pack's own reading counts them. */
function byLaw(contest: Contest, stale: StaleCard[]): Contest {
  const cards = contest.cards.map((card) => ({ ...card }));
  const options = [...contest.options];
  for (const one of stale) {
    const counts = one.counts[0]!;
    cards[one.position - 1]!.counts = counts;
    if (counts !== "" && !options.some((option) => option.id === counts))
      options.push({ id: counts, name: counts });
  }
  return { ...contest, cards, options, stale };
}
