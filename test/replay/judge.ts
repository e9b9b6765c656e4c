/**
 * Judges one recording step by step: what the original sent, brought to ours by rules and detours, against what
 * we sent. It plays nothing itself, so that a run that was kept can be judged again under other rules.
 */
import { align } from "./align.ts";
import { asText, type Detour } from "./detour.ts";
import { type Marked, Pairs } from "./mark.ts";
import { mapReceived, type Outcome } from "./outcome.ts";
import type { Difference, Protocol } from "./protocol.ts";
import type { Action, Recording, Step } from "./recording.ts";
import type { At, Rule } from "./rule.ts";
import { Score } from "./score.ts";

/** A step as it is played here: the recorded one, or one that a detour puts behind it. */
export interface Turn {
  readonly step: Step;
  /** What is done; null: nothing. Ids of the recording stand in it as ours. */
  readonly action: Action | null;
}

export interface Judgement<Frame, State> {
  readonly recording: Recording;
  readonly protocol: Protocol<Frame, State>;
  readonly rules: readonly Rule<Frame, State>[];
  readonly detours: readonly Detour[];
  /** What stands here for ids of the recording from the beginning. */
  readonly ids: ReadonlyMap<string, string>;
}

interface Expectation<Frame> {
  readonly turn: Turn;
  readonly outcome: Outcome<Frame>;
  readonly allowed: Outcome<Frame>;
}

/**
 * What was read of lists of frames, and the marks of frames: a run that is judged again is judged by the same frames,
 * once for each rule.
 */
const read = new WeakMap<readonly string[], readonly unknown[]>();
const markedFrames = new WeakMap<object, Marked>();

const nothing = <Frame>(): Outcome<Frame> => ({ received: new Map(), closed: new Map() });

export class Judge<Frame, State> {
  readonly score = new Score();
  readonly #options: Judgement<Frame, State>;
  readonly #pairs: Pairs;
  readonly #state: State;
  #expected: Expectation<Frame> | undefined;

  constructor(options: Judgement<Frame, State>) {
    this.#options = options;
    this.#pairs = new Pairs(options.ids);
    this.#state = options.protocol.begin(options.recording.seed);
  }

  /** The steps in order, those of the detours among them. */
  get steps(): readonly Step[] {
    const { recording, detours } = this.#options;
    return recording.steps.flatMap((step) => [
      step,
      ...detours
        .filter(({ line }) => line === step.line)
        .flatMap(({ behind = [] }) => behind.map((more) => stepOf(step, more))),
    ]);
  }

  /** Takes up a step: what is to be done, which our ids stand in already. */
  begin(step: Step): Turn {
    const { protocol, rules, detours, recording } = this.#options;
    const at: At<State> = { step, seed: recording.seed, state: this.#state };
    const detour = detours.find(({ line }) => line === step.line);
    let action: Action | null = step.action;
    let outcome: Outcome<Frame> = mapReceived(
      {
        received: new Map([...step.received, ...(protocol.exchanged?.(step.action) ?? [])]),
        closed: step.closed,
      },
      (frames) => this.#read(frames),
    );
    let allowed: Outcome<Frame> = nothing();
    const recorded = new Set([...outcome.received.values()].flat());
    for (const rule of step.isAdded === true ? [] : rules) {
      if (action !== null && rule.act !== undefined) {
        const done: Action | null = rule.act(action, at);
        if (JSON.stringify(done) !== JSON.stringify(action)) this.score.countAct(rule);
        action = done;
      }
      const changed = rule.expect?.(outcome, at) ?? outcome;
      this.score.count(rule, outcome, changed);
      outcome = changed;
      const more = rule.allow?.(outcome, at) ?? nothing<Frame>();
      for (const [who, frames] of more.received) {
        const received = new Map(allowed.received);
        received.set(who, [...(received.get(who) ?? []), ...frames]);
        allowed = { received, closed: allowed.closed };
      }
    }
    if (detour !== undefined) {
      if (detour.unsent === true) action = null;
      outcome = this.#detoured(outcome, detour);
    }
    const frames = [...outcome.received.values()].flat();
    this.score.asRecorded += frames.filter((frame) => recorded.has(frame)).length;
    const turn = { step, action: action === null ? null : this.#translated(action) };
    this.#expected = { turn, outcome, allowed };
    return turn;
  }

  /** Whether all that is expected of the step has come. */
  isComplete(ours: Outcome<string>): boolean {
    const { outcome } = this.#now();
    for (const [who, frames] of outcome.received) {
      const forms = this.#forms("ours", this.#parsed(ours).received.get(who) ?? []);
      const wanted = this.#forms("theirs", frames);
      if (align(wanted, forms).length < wanted.length) return false;
    }
    return [...outcome.closed.keys()].every((who) => ours.closed.has(who));
  }

  /** Ends the step with what came of it; @returns where it differs from what was expected */
  end(ours: Outcome<string>): readonly Difference[] {
    const { turn, outcome, allowed } = this.#now();
    const { line } = turn.step;
    const got = this.#parsed(ours);
    const clients = new Set([...outcome.received.keys(), ...got.received.keys()]);
    const differences = [...clients].flatMap((who) =>
      this.#compare(line, who, {
        theirs: outcome.received.get(who) ?? [],
        ours: got.received.get(who) ?? [],
        allowed: allowed.received.get(who) ?? [],
      }),
    );
    for (const who of new Set([...outcome.closed.keys(), ...got.closed.keys()])) {
      const [was, is] = [outcome.closed.get(who), got.closed.get(who)];
      if (was === is) continue;
      const frame = `closed with ${is ?? "nothing"}, was ${was ?? "left open"}`;
      differences.push({ line, who, kind: "close", frame });
    }
    this.#options.protocol.follow?.(this.#state, turn.step, outcome);
    this.#expected = undefined;
    this.score.unexplained += differences.length;
    return differences;
  }

  #now(): Expectation<Frame> {
    if (this.#expected === undefined) throw new Error("no step has begun");
    return this.#expected;
  }

  #parsed(ours: Outcome<string>): Outcome<Frame> {
    return mapReceived(ours, (frames) => this.#read(frames));
  }

  #read(frames: readonly string[]): readonly Frame[] {
    const known = read.get(frames);
    if (known !== undefined) return known as readonly Frame[];
    const parsed = frames.map((text) => this.#options.protocol.parse(text));
    read.set(frames, parsed);
    return parsed;
  }

  #mark(frame: Frame): Marked {
    if (typeof frame !== "object" || frame === null) return this.#options.protocol.mark(frame);
    const known = markedFrames.get(frame);
    if (known !== undefined) return known;
    const marked = this.#options.protocol.mark(frame);
    markedFrames.set(frame, marked);
    return marked;
  }

  #detoured(outcome: Outcome<Frame>, detour: Detour): Outcome<Frame> {
    const received = new Map(outcome.received);
    for (const [who, frames] of Object.entries(detour.received)) {
      const parsed = frames.map((frame) => this.#options.protocol.parse(asText(frame)));
      received.set(who, parsed);
      this.score.detoured += frames.length;
    }
    const { closed } = detour;
    return {
      received,
      closed: closed === undefined ? outcome.closed : new Map(Object.entries(closed)),
    };
  }

  #translated(action: Action): Action {
    const ours = (text: string): string =>
      this.#options.protocol.translate(text, (id) => this.#pairs.oursOf(id));
    if (action.do === "send") return { do: "send", text: ours(action.text) };
    if (action.do === "fragments") return { do: "fragments", pieces: action.pieces.map(ours) };
    if (action.do !== "http") return action;
    return { ...action, request: JSON.parse(ours(JSON.stringify(action.request))) };
  }

  #forms(side: "theirs" | "ours", frames: readonly Frame[]): readonly string[] {
    return frames.map((frame) => this.#pairs.form(side, this.#mark(frame)));
  }

  #compare(
    line: number,
    who: string,
    frames: Readonly<Record<"theirs" | "ours" | "allowed", readonly Frame[]>>,
  ): Difference[] {
    const marked = (list: readonly Frame[]): readonly Marked[] => list.map((f) => this.#mark(f));
    const [theirs, ours] = [marked(frames.theirs), marked(frames.ours)];
    const wanted = this.#forms("theirs", frames.theirs);
    const got = this.#forms("ours", frames.ours);
    const pairs = align(wanted, got);
    this.score.frames += theirs.length;
    const differences: Difference[] = [];
    const met = { theirs: new Set<number>(), ours: new Set<number>() };
    for (const [i, j] of pairs) {
      const [one, other] = [theirs[i], ours[j]];
      if (one === undefined || other === undefined) continue;
      met.theirs.add(i);
      met.ours.add(j);
      const complaint = this.#pairs.match(one, other);
      if (complaint !== undefined) {
        differences.push({ line, who, kind: "value", frame: `${complaint}: ${got[j]}` });
      }
    }
    for (const [i, form] of wanted.entries()) {
      if (!met.theirs.has(i)) differences.push({ line, who, kind: "missing", frame: form });
    }
    const allowed = [...this.#forms("theirs", frames.allowed)];
    for (const [j, form] of got.entries()) {
      if (met.ours.has(j)) continue;
      const at = allowed.indexOf(form);
      if (at >= 0) allowed.splice(at, 1);
      else differences.push({ line, who, kind: "extra", frame: form });
    }
    return differences;
  }
}

/** The step that a detour puts behind another one. */
function stepOf(
  { line }: Step,
  { who, does, received, closed = {} }: NonNullable<Detour["behind"]>[number],
): Step {
  const action: Action =
    typeof does === "string" ? { do: does } : { do: "send", text: asText(does.send) };
  return {
    line: line + 0.5,
    who,
    action,
    received: new Map(Object.entries(received).map(([each, f]) => [each, f.map(asText)])),
    closed: new Map(Object.entries(closed)),
    failed: [],
    site: [],
    isAdded: true,
  };
}
