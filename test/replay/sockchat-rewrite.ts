/** A recording as our choices would have made it: what comes instead, what is done besides, what stands elsewhere. */
import type { Action, Step } from "./recording.ts";
import {
  type Answer,
  type Behind,
  type Choice,
  notice,
  numberOf,
  type Packet,
} from "./sockchat-choice.ts";

/** Between the packets of a burst. */
export const burst = "\u0001burst\u0001";

const idOf = (who: string): string =>
  String(
    ["ada", "bob", "cyd", "dot", "eve", "fay", "gil", "hal"].indexOf(who.replace(/[0-9]$/, "")) + 1,
  );

/** What a wait brings about stands behind the next action there. */
function withWaits(steps: readonly Step[], file: string): readonly Step[] {
  if (!/^25/.test(file)) return steps;
  const moved = steps.map((step) => ({ ...step }));
  for (const [index, step] of moved.entries()) {
    const next = moved[index + 1];
    if (step.action.do !== "wait" || next === undefined || next.closed.size === 0) continue;
    step.closed = next.closed;
    next.closed = new Map();
    const isPong = (frame: string): boolean => frame.startsWith("0\t");
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

/** What the others heard of an end that began with the client stands before it: it belongs behind. */
function withEndings(steps: readonly Step[]): readonly Step[] {
  const received = steps.map((step) => new Map(step.received));
  for (const [index, { action, who }] of steps.entries()) {
    if (action.do !== "close") continue;
    const isEnding = (frame: string): boolean =>
      frame.startsWith(`3\t${idOf(who)}\t`) || frame.startsWith(`5\t0\t${idOf(who)}\t`);
    for (const before of received.slice(Math.max(0, index - 2), index)) {
      for (const [other, frames] of before) {
        const from = frames.findIndex(isEnding);
        if (from < 0) continue;
        const here = received[index] ?? new Map<string, string[]>();
        here.set(other, [...frames.slice(from), ...(here.get(other) ?? [])]);
        before.set(other, frames.slice(0, from));
      }
    }
  }
  return steps.map((step, index) => ({ ...step, received: received[index] ?? step.received }));
}

/** Packets that were sent without waiting in between are one step. */
function withBursts(steps: readonly Step[], file: string): readonly Step[] {
  if (!/^22/.test(file)) return steps;
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    const follows =
      last?.action.do === "send" &&
      step.action.do === "send" &&
      last.who === step.who &&
      last.received.size === 0 &&
      last.closed.size === 0;
    if (!follows || last?.action.do !== "send" || step.action.do !== "send") joined.push(step);
    else {
      const text = last.action.text + burst + step.action.text;
      joined[joined.length - 1] = { ...step, line: last.line, action: { do: "send", text } };
    }
  }
  return joined;
}

type Outcome = Pick<Step, "received" | "closed">;

/** What comes here in place of what was recorded. */
function answered({ who, closed }: Step, received: Outcome["received"], answer: Answer): Outcome {
  if (answer === null) return { received: new Map(), closed: new Map() };
  if (typeof answer === "string") {
    return { received: new Map([[who, [notice(answer)]]]), closed: new Map() };
  }
  const outcome = { received: new Map<string, string[]>(received), closed: new Map(closed) };
  for (const [other, frames] of Object.entries(answer)) {
    outcome.received.set(other, [...frames]);
    outcome.closed.delete(other);
    if (frames.at(-1)?.startsWith("9\t") === true) outcome.closed.set(other, 1000);
  }
  return outcome;
}

function actionOf({ does }: Behind): Action {
  return typeof does === "string" ? { do: does } : { do: "send", text: does.send };
}

function heardOf({ heard = {} }: Behind, recorded: Outcome): Outcome {
  if (heard === "recorded") return recorded;
  const received = new Map<string, string[]>();
  for (const [who, frames] of Object.entries(heard)) received.set(who, [...frames]);
  return { received, closed: new Map() };
}

/** The recording as our choices would have made it. Steps that they add stand at half lines. */
export function rewritten(
  steps: readonly Step[],
  file: string,
  choices: readonly Choice[],
): readonly Step[] {
  const here = choices.filter(({ files }) => files === undefined || files.test(file));
  const number = numberOf(file);
  return withBursts(withEndings(withWaits(steps, file)), file).flatMap((step): readonly Step[] => {
    const { action, line } = step;
    const recorded = new Map<string, string[]>();
    for (const [who, frames] of step.received) {
      let packets: readonly Packet[] = frames.map((frame) => frame.split("\t"));
      for (const { theirs } of here) packets = theirs?.(packets, { step, who }) ?? packets;
      recorded.set(
        who,
        packets.map((packet) => packet.join("\t")),
      );
    }
    let sent = action;
    for (const { sends } of here) {
      if (sent.do === "send" && sends !== undefined) {
        sent = { do: "send", text: sends(sent.text, { step, who: step.who }) };
      }
    }
    const outcome = { received: recorded, closed: step.closed };
    const answer = choices.flatMap(({ answers }) => [answers?.[number]?.[line]]);
    const [given] = answer.filter((each) => each !== undefined);
    const made = given === undefined ? outcome : answered(step, recorded, given);
    const extras = choices.flatMap(({ behind }) => behind?.[number]?.[line] ?? []);
    return [
      { ...step, ...made, action: sent },
      ...extras.map((extra) => ({
        ...step,
        line: line + 0.5,
        who: extra.who,
        action: actionOf(extra),
        ...heardOf(extra, outcome),
      })),
    ];
  });
}
