/** A recording as our rules would have made it: what is played, and what is expected of us. */
import type { Step } from "../recording.ts";
import { titleOf } from "../score.ts";
import type { Seed } from "../seed.ts";
import { inOrder } from "./order.ts";
import type { Packet } from "./packet.ts";
import { type Behind, type Outcome, placed, type Rule } from "./rule.ts";
import { State } from "./state.ts";

export interface Rules {
  /** They are applied in this order. */
  readonly steps: readonly Rule[];
  /** They are applied once the state has followed the step. */
  readonly contexts: readonly Rule[];
}

const split = (frame: string): Packet => frame.split("\t");

function recorded({ action, received, closed }: Step): Outcome {
  const packets = new Map([...received].map(([who, frames]) => [who, frames.map(split)]));
  return { action, received: packets, closed, behind: [] };
}

const asStep = (step: Step, { action, received, closed }: Outcome): Step => ({
  ...step,
  action,
  closed: new Map(closed),
  received: new Map([...received].map(([who, packets]) => [who, packets.map(frameOf)])),
});

/** A wait is as long as something needs that ends by it. */
function waiting(step: Step, state: State): Step {
  if (step.action.do !== "wait" || state.endsWithin(step.action.ms)) return step;
  return { ...step, action: { do: "wait", ms: 0 } };
}

/** The frames of packets: each is asked for by every rule, and most packets stay as they are. */
const frameTexts = new WeakMap<Packet, string>();

function frameOf(packet: Packet): string {
  const known = frameTexts.get(packet);
  if (known !== undefined) return known;
  const text = packet.join("\t");
  frameTexts.set(packet, text);
  return text;
}

/** How many frames of an outcome another has not. */
function frames(outcome: Outcome, but: Outcome): number {
  if (outcome.received === but.received) return 0;
  let count = 0;
  for (const [who, packets] of outcome.received) {
    const others = but.received.get(who) ?? [];
    if (packets.length === others.length && packets.every((packet, at) => packet === others[at]))
      continue;
    const left = others.map(frameOf);
    for (const packet of packets) {
      const at = left.indexOf(frameOf(packet));
      if (at < 0) count += 1;
      else left.splice(at, 1);
    }
  }
  return count;
}

export interface Rewritten {
  readonly steps: readonly Step[];
  /** How many frames each rule changed, put in or took away. */
  readonly byRule: ReadonlyMap<string, number>;
  /** The frames that are expected as they were recorded. */
  readonly kept: number;
}

/**
 * The recording as our rules would have made it. Steps that they add stand at half lines.
 * @param steps the recording's own
 */
export function rewritten(steps: readonly Step[], seed: Seed, rules: Rules): Rewritten {
  const state = new State(seed, steps);
  const made: Step[] = [];
  const byRule = new Map<string, number>();

  function apply(list: readonly Rule[], step: Step, outcome: Outcome, wasAway = false): Outcome {
    const at = placed(step, state, wasAway);
    let now = outcome;
    for (const rule of list) {
      const next = rule.apply(now, at);
      const count = Math.max(frames(next, now), frames(now, next));
      const title = titleOf(rule);
      if (count > 0) byRule.set(title, (byRule.get(title) ?? 0) + count);
      now = next;
    }
    return now;
  }

  /** One step, and what is done behind it. */
  function take(step: Step, list: readonly Rule[], outcome: Outcome): Step {
    const changed = apply(list, step, outcome, state.wakes(step));
    const followed = asStep(step, changed);
    state.follow(followed);
    const whole = asStep(step, apply(rules.contexts, followed, changed));
    made.push(whole);
    for (const behind of changed.behind) takeBehind(step, behind);
    return whole;
  }

  const wide = rules.steps.filter(({ holdsBehind }) => holdsBehind === true);
  function takeBehind(step: Step, { who, action, expect }: Behind): void {
    const nothing: Outcome = { action, received: new Map(), closed: new Map(), behind: [] };
    const { received = nothing.received, closed = nothing.closed } = expect?.(state) ?? {};
    const outcome = { ...nothing, received, closed };
    const place = { ...asStep(step, outcome), who, line: Math.floor(step.line) + 0.5, site: [] };
    take(place, wide, outcome);
  }

  let kept = 0;
  for (const step of inOrder(steps, seed)) {
    const played = waiting(step, state);
    state.hear(step);
    const whole = take(played, rules.steps, recorded(played));
    state.noteTheirs(step, whole);
    const [before, after] = [recorded(step), recorded(whole)];
    const all = [...before.received.values()].flat().length;
    kept += all - frames(before, after);
  }
  return { steps: made, byRule, kept };
}
