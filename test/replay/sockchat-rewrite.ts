/** A recording as our choices would have made it: what is not played, what is played besides, what stands elsewhere. */
import type { Step } from "./recording.ts";
import { choices, type Lines, type Packet } from "./sockchat-choices.ts";

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

const number = (file: string): string => file.slice(0, 2);

/** Whether a line of a recording is among these. */
const names = (lines: Lines | undefined, file: string, line: number): boolean =>
  lines?.[number(file)]?.includes(line) ?? false;

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

/** Steps at lines of no recording are not compared. */
const untold = (line: number): number => line + 0.5;

/** Whether a difference stands at a line that a choice passes over. */
export function isPassed(line: number, file: string): boolean {
  return !Number.isInteger(line) || choices.some(({ passed }) => names(passed, file, line));
}

function extra(line: number, who: string, frame: string | null): Step {
  return {
    line: untold(line),
    who,
    action: frame === null ? { do: "close" } : { do: "send", text: frame },
    received: new Map(),
    closed: new Map(),
    failed: [],
    site: [],
  };
}

/** The recording as our choices would have made it. */
export function rewritten(steps: readonly Step[], file: string): readonly Step[] {
  const here = choices.filter(({ files }) => files === undefined || files.test(file));
  return withBursts(withEndings(withWaits(steps, file)), file).flatMap((step): readonly Step[] => {
    const { action, line } = step;
    const at = { step, who: step.who };
    const behind = here.flatMap(({ behind: extras }) =>
      (extras?.[number(file)] ?? [])
        .filter(([after]) => after === line)
        .map(([, who, frame]) => extra(line, who, frame)),
    );
    if (here.some(({ skipped }) => names(skipped, file, line))) return behind;
    const received = new Map<string, string[]>();
    const isCompared = !isPassed(line, file);
    for (const [who, frames] of isCompared ? step.received : []) {
      let packets: readonly Packet[] = frames.map((frame) => frame.split("\t"));
      for (const { theirs } of here) packets = theirs?.(packets, { step, who }) ?? packets;
      received.set(
        who,
        packets.map((packet) => packet.join("\t")),
      );
    }
    let sent = action;
    for (const { sends } of here) {
      if (sent.do === "send" && sends !== undefined) {
        sent = { do: "send", text: sends(sent.text, at) };
      }
    }
    const closed = isCompared ? step.closed : new Map<string, number>();
    return [{ ...step, received, closed, action: sent }, ...behind];
  });
}
