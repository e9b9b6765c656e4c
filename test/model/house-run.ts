/** A sequence in the house and in the model: what each connection is told is what the model says, in one of the orders in which it may have happened. */
import { type Act, aboutOf, type Draw, isAlone, isPossible, type Outcome } from "./house-act.ts";
import type { Crew } from "./house-crew.ts";
import { folded, gathered } from "./house-fold.ts";
import { Model } from "./house-model.ts";
import { newcomer } from "./house-newcomer.ts";
import { resolve } from "./house-resolve.ts";
import {
  aboveOf,
  beginning,
  isIn,
  nameOf,
  type Place,
  roomsOf,
  type Seat,
  type State,
  seats,
  sees,
  sideOf,
  slugOf,
  titleOf,
  views,
} from "./house-state.ts";

/** Draws that happen at once, in the order in which they are sent. */
export type Burst = readonly Draw[];

/** The house and the model disagree. */
class Divergence extends Error {
  override name = "Divergence";
}

interface Heard {
  readonly talk: readonly string[];
  readonly folk: readonly string[];
  readonly channels: readonly string[];
}

function orders<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [all];
  return all.flatMap((first, at) =>
    orders([...all.slice(0, at), ...all.slice(at + 1)]).map((rest) => [first, ...rest]),
  );
}

/** What a connection lists. */
function listed(state: State, seat: Seat): readonly string[] {
  const name = nameOf(seat);
  const onSockchat = sideOf(seat) === "sc";
  const places = onSockchat
    ? roomsOf(state).filter((place) => sees(state, name, place))
    : state.places.filter((place) => place.pair === undefined && views(state, name, place));
  return places
    .filter(({ id }) => id !== "general")
    .map((place) =>
      onSockchat
        ? `${slugOf(place)} ${doorOf(state, place)}`
        : `${titleOf(state, place)}${talkersOf(place)}`,
    )
    .sort();
}

/** What Sock Chat says of a place: whether it has a password, and whether it goes with its owner. */
function doorOf(state: State, place: Place): string {
  const hasPassword = aboveOf(state, place).password !== undefined;
  return `${hasPassword ? 1 : 0} ${place.owner === undefined ? 0 : 1}`;
}

/** What OriginChats says of a thread: its creator, whether it is closed, who talks in it. */
function talkersOf({ thread }: Place): string {
  if (thread === undefined) return "";
  const marks = `${thread.locked ? " locked" : ""}${thread.archived ? " archived" : ""}`;
  return ` ${thread.creator}${marks} ${thread.partakers.join("+")}`;
}

export class Run {
  readonly #crew: Crew;
  /** How the community may be now: more than one where nobody could tell in which order things happened. */
  states: State[];
  /** What was done, all at once what stands in one list. */
  readonly played: (readonly Act[])[] = [];
  #words = 0;
  acts = 0;
  heard = 0;

  /** @param hasGrace whether who goes may come back */
  constructor(crew: Crew, hasGrace: boolean) {
    this.#crew = crew;
    this.states = [beginning(hasGrace)];
  }

  /** Plays what was drawn. */
  async run(sequence: readonly Burst[]): Promise<State> {
    for (const burst of sequence) await this.#burst(this.#resolve(burst));
    return this.#end();
  }

  /** Plays what was done once; what has no meaning any more, since something before it is left out, is left out too. */
  async again(played: readonly (readonly Act[])[]): Promise<State> {
    for (const acts of played)
      await this.#burst(acts.filter((act) => isPossible(act, this.#state)));
    return this.#end();
  }

  async #end(): Promise<State> {
    const wrong = await newcomer(this.#crew, this.states);
    if (wrong !== undefined) throw new Divergence(wrong);
    return this.#state;
  }

  get #state(): State {
    return this.states[0] as State;
  }

  #resolve(burst: Burst): readonly Act[] {
    const acts: Act[] = [];
    const busy = new Set<string>();
    for (const draw of burst) {
      const act = resolve(draw, this.#state, () => {
        this.#words += 1;
        return `w${this.#words}`;
      });
      if (
        act === undefined ||
        acts.some((each) => isAlone(each, this.#state)) ||
        (acts.length > 0 && isAlone(act, this.#state))
      )
        continue;
      // Each connection does one thing at a time, and of one message one thing is done.
      const about = "key" in act ? this.#about(act) : [];
      const uses = [
        ...about,
        "who" in act ? act.who : "owner",
        ...(act.do === "nick" ? ["nick"] : []),
      ];
      if (uses.some((use) => busy.has(use))) continue;
      for (const use of uses) busy.add(use);
      acts.push(act);
    }
    return acts;
  }

  #about(act: Act): readonly string[] {
    const key = aboutOf(act);
    return key === undefined ? [] : [key];
  }

  async #burst(acts: readonly Act[]): Promise<void> {
    if (acts.length === 0) return;
    const crew = this.#crew;
    this.played.push(acts);
    this.acts += acts.length;
    crew.forget();
    const outcomes = await Promise.all(acts.map((act) => crew.perform(act, this.#state)));
    await this.#later(acts, outcomes);
    await crew.mark();
    const heard = new Map<Seat, Heard>();
    for (const [seat, ear] of crew.ears) {
      if (!crew.clients.has(seat)) continue;
      const { talk, folk } = ear.drain();
      this.heard += talk.length + folk.length;
      heard.set(seat, {
        talk: folded(talk),
        folk: gathered(folk, nameOf(seat)),
        channels: ear.listed(),
      });
    }
    this.states = this.#match(acts, outcomes, heard);
  }

  /** What Sock Chat is told of an edit that follows another comes up to two seconds later. */
  async #later(acts: readonly Act[], outcomes: readonly Outcome[]): Promise<void> {
    for (const [n, act] of acts.entries()) {
      if (act.do !== "edit" || outcomes[n] !== "done") continue;
      const model = new Model(this.#state);
      if (model.run(act) !== "done") continue;
      for (const [seat, talk] of model.talk) {
        if (sideOf(seat) === "sc" && talk.some((told) => told.startsWith("line ")))
          await this.#crew.await(seat, act.words);
      }
    }
  }

  #match(
    acts: readonly Act[],
    outcomes: readonly Outcome[],
    heard: ReadonlyMap<Seat, Heard>,
  ): State[] {
    const fits = new Map<string, State>();
    const closest: string[] = [];
    const ways = orders(acts.map((_, n) => n)).flatMap((order) =>
      (order.length === 1 ? [true] : [true, false]).map((isLate) => ({
        order,
        isLate,
        isBackFirst: false,
      })),
    );
    for (const state of this.states) {
      const back = ways.map((way) => ({ ...way, isBackFirst: true }));
      for (const { order, isLate, isBackFirst } of [...ways, ...(acts.length > 1 ? back : [])]) {
        const model = new Model(state);
        model.isLate = isLate;
        const wrong: string[] = [];
        if (isBackFirst) for (const act of acts) model.typed(act);
        for (const n of order) {
          const act = acts[n] as Act;
          const expected = model.run(act);
          const met = outcomes[n];
          if (met !== expected && met !== "gone" && !isBlurred(act, acts))
            wrong.push(`${JSON.stringify(act)}: ${expected} expected, was ${met}`);
        }
        wrong.push(...differences(model, heard, this.#crew.lost));
        if (wrong.length === 0) fits.set(JSON.stringify(model.state), model.state);
        else
          closest.push(
            [`in the order ${order.map((n) => n + 1).join(", ")}:`, ...wrong].join("\n"),
          );
      }
    }
    if (fits.size === 0)
      throw new Divergence(
        `after ${acts.map((act) => JSON.stringify(act)).join(" and ")}:\n${closest.slice(0, 6).join("\n")}`,
      );
    return [...fits.values()];
  }
}

/** Whether it cannot be told on Sock Chat if an act was refused: whoever is silenced meanwhile is told the same. */
const isBlurred = (act: Act, acts: readonly Act[]): boolean =>
  "who" in act &&
  sideOf(act.who) === "sc" &&
  acts.some((each) => each.do === "silence" && each.target === nameOf(act.who));

/** @param lost how the connections ended that are gone */
function differences(
  model: Model,
  heard: ReadonlyMap<Seat, Heard>,
  lost: ReadonlyMap<Seat, string>,
): readonly string[] {
  const wrong: string[] = [];
  for (const seat of seats) {
    const got = heard.get(seat);
    if (isIn(model.state, seat) !== (got !== undefined)) {
      const how = got === undefined ? `cut off (${lost.get(seat)})` : "still connected";
      wrong.push(`${seat} is ${how}`);
      continue;
    }
    if (got === undefined) continue;
    const told: Heard = {
      talk: folded(model.talk.get(seat) ?? []),
      folk: gathered(model.folk.get(seat) ?? [], nameOf(seat)),
      channels: listed(model.state, seat),
    };
    for (const of of ["talk", "folk", "channels"] as const) {
      if (JSON.stringify(told[of]) === JSON.stringify(got[of])) continue;
      wrong.push(
        `${seat}, ${of}:\n  got ${JSON.stringify(got[of])}\n  not ${JSON.stringify(told[of])}`,
      );
    }
  }
  return wrong;
}
