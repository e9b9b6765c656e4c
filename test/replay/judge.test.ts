/** What the judge finds: on a protocol of one letter a frame, `letter id time length`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Detour } from "./detour.ts";
import { Judge } from "./judge.ts";
import { hole, type Mark, unitOf } from "./mark.ts";
import { describe, type Protocol } from "./protocol.ts";
import type { Step } from "./recording.ts";
import type { Rule } from "./rule.ts";
import type { Seed } from "./seed.ts";

const protocol: Protocol<string, null> = {
  parse: (text) => text,
  mark(frame) {
    const [letter = "", id, time, length] = frame.split(" ");
    const marks: Mark[] = [];
    if (id !== undefined) marks.push({ kind: "id", value: id });
    if (time !== undefined) {
      marks.push({ kind: "time", unit: unitOf(Number(time)), value: Number(time) });
    }
    if (length !== undefined) marks.push({ kind: "duration", value: Number(length) });
    return { shape: [letter, ...marks.map(() => hole)].join(" "), marks };
  },
  translate: (text, oursOf) => text.replace(/\S+$/, (id) => oursOf(id) ?? id),
  begin: () => null,
};

const seed: Seed = {
  t: "seed",
  protocol: "sockchat",
  settings: {},
  people: [],
  channels: [],
  messages: [],
  firstLines: "kept",
  clients: {},
};

const step = (line: number, ...frames: readonly string[]): Step => ({
  line,
  who: "ada",
  action: { do: "send", text: "x" },
  received: new Map(frames.length === 0 ? [] : [["ada", [...frames]]]),
  closed: new Map(),
  failed: [],
  site: [],
});

interface Given {
  readonly rules?: readonly Rule<string, null>[];
  readonly detours?: readonly Detour[];
}

/** Judges what `ours` brings, line by line, against what was recorded. */
function differences(
  recorded: readonly Step[],
  ours: readonly (readonly string[])[],
  { rules = [], detours = [] }: Given = {},
): readonly string[] {
  const judge = new Judge({
    recording: { seed, steps: recorded },
    protocol,
    rules,
    detours,
    ids: new Map(),
  });
  return judge.steps.flatMap((each, n) => {
    judge.begin(each);
    const received = new Map([["ada", ours[n] ?? []]]);
    return judge.end({ received, closed: new Map() }).map(describe);
  });
}

test("what is the same passes, whatever its ids are", () => {
  const recorded = [step(1, "a m1 100", "b m1 100"), step(2, "a m2 103")];
  assert.deepEqual(differences(recorded, [["a x 7", "b x 7"], ["a y 9"]]), []);
});

test("a frame too few and one too many are told", () => {
  assert.deepEqual(differences([step(1, "a")], [["b"]]), ["line 1 ada - a", "line 1 ada + b"]);
});

test("what is the same there is the same here", () => {
  const recorded = [step(1, "a m1"), step(2, "b m1")];
  assert.deepEqual(differences(recorded, [["a x"], ["b y"]]), [
    "line 2 ada - b <id1>",
    "line 2 ada + b <new1>",
  ]);
});

test("within one step too", () => {
  assert.deepEqual(differences([step(1, "a m1", "b m1")], [["a x", "b y"]]), [
    "line 1 ada = names something new, was id1: b <new1>",
  ]);
});

test("what differs there is not the same here", () => {
  assert.equal(differences([step(1, "a m1"), step(2, "a m2")], [["a x"], ["a x"]]).length, 2);
});

test("seconds are no milliseconds", () => {
  assert.equal(differences([step(1, "a m 1795445318")], [["a x 1795445318000"]]).length, 2);
});

test("moments stand in the same order", () => {
  const recorded = [step(1, "a m 1795445318"), step(2, "a n 1795445320")];
  const [told = ""] = differences(recorded, [["a x 1795445318"], ["a y 1795445316"]]);
  assert.match(told, /line 2 ada = time .* stands on the wrong side/);
});

test("a length is as long", () => {
  const recorded = [step(1, "a m 1795445318 29000")];
  assert.deepEqual(differences(recorded, [["a x 1795445318 27000"]]), []);
  const [told = ""] = differences(recorded, [["a x 1795445318 29"]]);
  assert.match(told, /lasts 29, was 29000/);
});

const rule: Rule<string, null> = {
  section: "1",
  what: "b in place of a, and c now and then",
  expect: ({ received, closed }) => ({
    received: new Map(
      [...received].map(([who, all]) => [who, all.map((f) => (f === "a" ? "b" : f))]),
    ),
    closed,
  }),
  allow: () => ({ received: new Map([["ada", ["c"]]]), closed: new Map() }),
};

test("a rule brings the recording to us, and what it allows must be that frame, once", () => {
  const rules = [rule];
  assert.deepEqual(differences([step(1, "a")], [["b"]], { rules }), []);
  assert.deepEqual(differences([step(1, "a")], [["b", "c"]], { rules }), []);
  assert.deepEqual(differences([step(1, "a")], [["b", "c", "c"]], { rules }), ["line 1 ada + c"]);
  assert.deepEqual(differences([step(1, "a")], [["b", "d"]], { rules }), ["line 1 ada + d"]);
});

test("a detour passes its own frames alone", () => {
  const detours = [{ line: 1, section: "1", what: "x", received: { ada: ["x", "y"] } }];
  assert.deepEqual(differences([step(1, "a")], [["x", "y"]], { detours }), []);
  assert.deepEqual(differences([step(1, "a")], [["x"]], { detours }), ["line 1 ada - y"]);
  assert.deepEqual(differences([step(1, "a")], [["x", "y", "z"]], { detours }), ["line 1 ada + z"]);
});

test("a step that a detour puts behind is compared like any other", () => {
  const behind = [{ who: "ada", does: { send: "x" }, received: { ada: ["z"] } }];
  const detours = [{ line: 1, section: "1", what: "x", received: {}, behind }];
  assert.deepEqual(differences([step(1, "a")], [["a"], ["z"]], { detours }), []);
  assert.deepEqual(differences([step(1, "a")], [["a"], []], { detours }), ["line 1.5 ada - z"]);
});

test("an id that is sent is ours", () => {
  const sends = { ...step(2), action: { do: "send", text: "get m1" } as const };
  const recording = { seed, steps: [step(1, "a m1"), sends] };
  const judge = new Judge({ recording, protocol, rules: [], detours: [], ids: new Map() });
  judge.begin(recording.steps[0] ?? sends);
  judge.end({ received: new Map([["ada", ["a x"]]]), closed: new Map() });
  assert.deepEqual(judge.begin(sends).action, { do: "send", text: "get x" });
});
