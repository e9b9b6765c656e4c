/** The steps of a recording in the order in which things happened: recorders saw some of it late. */
import type { Step } from "../recording.ts";
import { personOf, type Seed } from "../seed.ts";
import { textOf } from "./packet.ts";

const copied = (step: Step): Step => ({
  ...step,
  received: new Map([...step.received].map(([who, frames]) => [who, [...frames]])),
  closed: new Map(step.closed),
});

const isPong = (frame: string): boolean => frame.startsWith("0\t");

/** What a wait brings about stands behind the next action there (quirk 28). */
function withWaits(steps: readonly Step[]): readonly Step[] {
  const moved = steps.map(copied);
  for (const [index, step] of moved.entries()) {
    const next = moved[index + 1];
    if (step.action.do !== "wait" || next === undefined || next.closed.size === 0) continue;
    if ([...next.received.values()].flat().some((frame) => frame.startsWith("9\t"))) continue;
    for (const [who, code] of next.closed) step.closed.set(who, code);
    next.closed.clear();
    for (const [who, frames] of next.received) {
      step.received.set(
        who,
        frames.filter((frame) => !isPong(frame)),
      );
      next.received.set(who, frames.filter(isPong));
    }
  }
  return moved;
}

/** The number of whoever plays a client. */
const idOf = (seed: Seed, who: string): string =>
  seed.people.find(({ name }) => name === personOf(seed, who))?.identity?.id ?? "";

/** What the others heard of an end that began with the client stands before it: it belongs behind (quirk 11). */
function withEndings(steps: readonly Step[], seed: Seed): readonly Step[] {
  const moved = steps.map(copied);
  for (const [index, step] of moved.entries()) {
    if (step.action.do !== "close") continue;
    const id = idOf(seed, step.who);
    const heads = [`3\t${id}\t`, `5\t0\t${id}\t`];
    for (const before of moved.slice(Math.max(0, index - 2), index)) {
      if (before.who === step.who && before.action.do !== "send") continue;
      // Who leaves a channel of one's own by `/join` has 5.1 told, too.
      const signs = before.who === step.who ? heads : [...heads, `5\t1\t${id}\t`];
      const isEnding = (frame: string): boolean => signs.some((head) => frame.startsWith(head));
      for (const [other, frames] of before.received) {
        const from = frames.findIndex(isEnding);
        if (from < 0) continue;
        step.received.set(other, [...frames.slice(from), ...(step.received.get(other) ?? [])]);
        before.received.set(other, frames.slice(0, from));
      }
    }
  }
  return moved;
}

/** Whether a frame is what a packet brings about by itself: a pong, or the line of whoever said it. */
function comesOf(frame: string, step: Step, id: string): boolean {
  const [packet, by, text = ""] = textOf(step.action)?.split("\t") ?? [];
  if (packet === "0") return isPong(frame);
  const [kind, , author, body] = frame.split("\t");
  return packet === "2" && by === id && kind === "2" && author === id && body === text.trim();
}

/** What came of packets that were sent without waiting in between stands behind the last of them. */
function withBursts(steps: readonly Step[], seed: Seed): readonly Step[] {
  const moved = steps.map(copied);
  for (const [index, last] of moved.entries()) {
    if (last.action.do !== "send" || last.received.size === 0) continue;
    let first = index;
    while (isSilentSend(moved[first - 1], last.who)) first -= 1;
    if (first === index) continue;
    const id = idOf(seed, last.who);
    const burst = moved.slice(first, index);
    const own = last.received.get(last.who) ?? [];
    const isBurst = burst.some((step) => own.some((frame) => comesOf(frame, step, id)));
    if (!isBurst) continue;
    for (const step of burst) {
      for (const [who, frames] of last.received) {
        const at = frames.findIndex((frame) => comesOf(frame, step, id));
        if (at < 0) continue;
        step.received.set(who, frames.slice(0, at + 1));
        last.received.set(who, frames.slice(at + 1));
      }
    }
  }
  return moved;
}

const isSilentSend = (step: Step | undefined, who: string): boolean =>
  step?.action.do === "send" &&
  step.who === who &&
  step.received.size === 0 &&
  step.closed.size === 0;

/** The steps, with what came of each behind it. */
export const inOrder = (steps: readonly Step[], seed: Seed): readonly Step[] =>
  withBursts(withEndings(withWaits(steps), seed), seed);
