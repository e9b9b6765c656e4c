/** What a rule of the Sock Chat replays is: how what the original did becomes what is expected of us. */
import type { Action, Step } from "../recording.ts";
import { type Command, type Packet, textOf } from "./packet.ts";
import type { Person } from "./people.ts";
import { commandOf, type State } from "./state.ts";

type Heard = ReadonlyMap<string, readonly Packet[]>;

/** What is played at a step, and what is expected to come of it. */
export interface Outcome {
  readonly action: Action;
  readonly received: Heard;
  readonly closed: ReadonlyMap<string, number>;
  /** What is done behind it, so that both houses are in the same state again. */
  readonly behind: readonly Behind[];
}

export interface Behind {
  readonly who: string;
  readonly action: Action;
  /** What is expected to come of it; absent: nothing. */
  readonly expect?: (state: State) => {
    readonly received: Heard;
    readonly closed?: ReadonlyMap<string, number>;
  };
}

/** Where a rule is applied. */
export interface At {
  readonly step: Step;
  readonly who: string;
  readonly state: State;
  /** The person who acts, if signed in. */
  readonly sender: Person | undefined;
  readonly command: Command | undefined;
  /** The text of packet 2, if that is what is sent. */
  readonly text: string | undefined;
  /** The person was away until now. */
  readonly wasAway: boolean;
}

/** One way in which we differ on purpose. It changes what is expected and never what comes. */
export interface Rule {
  /** Where it is written: a quirk of the recordings' README, the reference or the bridge table. */
  readonly section: string;
  readonly what: string;
  readonly apply: (outcome: Outcome, at: At) => Outcome;
  /** Whether it holds for what is done behind a step, too. */
  readonly holdsBehind?: boolean;
}

/** The place of a step in a state. */
export function placed(step: Step, state: State, wasAway: boolean): At {
  const [packet, , text] = textOf(step.action)?.split("\t") ?? [];
  return {
    step,
    who: step.who,
    state,
    sender: state.personAt(step.who),
    command: commandOf(step),
    text: packet === "2" ? text : undefined,
    wasAway,
  };
}

/** A rule that changes single packets; null: it does not come here. */
export function onPackets(
  section: string,
  what: string,
  change: (packet: Packet, at: At, who: string) => Packet | null,
): Rule {
  return onFrames(section, what, (packets, at, who) =>
    packets.flatMap((packet) => {
      const changed = change(packet, at, who);
      return changed === null ? [] : [changed];
    }),
  );
}

/** A rule that changes what one client receives. */
export function onFrames(
  section: string,
  what: string,
  change: (packets: readonly Packet[], at: At, who: string) => readonly Packet[],
): Rule {
  return {
    section,
    what,
    apply(outcome, at) {
      const received = new Map<string, readonly Packet[]>();
      for (const [who, packets] of outcome.received) received.set(who, change(packets, at, who));
      return { ...outcome, received };
    },
  };
}

/** A rule that changes the text of packet 2. */
export function onSent(
  section: string,
  what: string,
  change: (text: string, at: At) => string,
): Rule {
  return {
    section,
    what,
    apply(outcome, at) {
      const { action } = outcome;
      if (action.do !== "send" || at.text === undefined) return outcome;
      const [packet = "", id = "", text = "", ...rest] = action.text.split("\t");
      const sent = [packet, id, change(text, at), ...rest].join("\t");
      return { ...outcome, action: { do: "send", text: sent } };
    },
  };
}

/** A rule that may change everything about a step. */
export const onStep = (section: string, what: string, apply: Rule["apply"]): Rule => ({
  section,
  what,
  apply,
});

/** The same, and it holds for what is done behind a step, too. */
export const onAnyStep = (section: string, what: string, apply: Rule["apply"]): Rule => ({
  section,
  what,
  apply,
  holdsBehind: true,
});

/** Nothing comes of it, and nobody is closed. */
export const silent = (outcome: Outcome): Outcome => ({
  ...outcome,
  received: new Map(),
  closed: new Map(),
});

/** These packets come of it, to nobody else. */
export const hears = (outcome: Outcome, who: string, ...packets: readonly Packet[]): Outcome => ({
  ...silent(outcome),
  received: new Map([[who, packets]]),
});

/** Another thing is done behind it. */
export const andThen = (outcome: Outcome, ...behind: readonly Behind[]): Outcome => ({
  ...outcome,
  behind: [...outcome.behind, ...behind],
});

/** Lists of packets by client, put together. */
export function heard(
  ...lists: readonly (readonly [who: string, packets: readonly Packet[]])[]
): Map<string, readonly Packet[]> {
  const all = new Map<string, readonly Packet[]>();
  for (const [who, packets] of lists) all.set(who, [...(all.get(who) ?? []), ...packets]);
  return all;
}

/** The same packets for several clients. */
export const toAll = (
  whos: readonly string[],
  ...packets: readonly Packet[]
): readonly (readonly [string, readonly Packet[]])[] => whos.map((who) => [who, packets]);

/** Packet 2 of a person. */
export const says = (id: string, text: string): Action => ({
  do: "send",
  text: `2\t${id}\t${text}`,
});
