/** Rules that the quirks of the original ask for, and that no recording of ours has an occasion for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "../recording.ts";
import { titleOf } from "../score.ts";
import { Seed } from "../seed.ts";
import { unshown } from "./proof.ts";
import { rewritten } from "./rewrite.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";

const seed = Seed.parse({
  t: "seed",
  protocol: "sockchat",
  settings: {},
  roles: [{ name: "chief", permissions: [] }],
  people: [
    { name: "ada", roles: ["user", "chief"], identity: { provider: "site", id: "1" } },
    { name: "bob", roles: ["user"], identity: { provider: "site", id: "2" } },
  ],
  channels: [{ name: "Lobby", kind: "text", isFirst: true }],
  messages: [],
  firstLines: "kept",
  clients: { ada: { person: "ada" }, bob: { person: "bob" } },
});

const ada = "1\tada\tinherit\t5\f1\f0\f0\f2";
const bob = "2\tbob\tinherit\t1\f0\f0\f1\f1";
const away = "2\t&lt;AFK&gt;_bob\tinherit\t1\f0\f0\f1\f1";

let line = 0;

/** Somebody sends something, and clients receive packets. */
function step(who: string, text: string, received: Readonly<Record<string, string[]>>): Step {
  line += 1;
  const action = { do: "send", text } as const;
  const site = text.startsWith("1\t") ? [siteOf(who)] : [];
  const heard = new Map(Object.entries(received));
  return { line, who, action, received: heard, closed: new Map(), failed: [], site };
}

const siteOf = (who: string): Step["site"][number] => ({
  request: "",
  answer: `yes${(who === "ada" ? ada : bob).split("\t").join("\n")}`,
});

const signIn = (who: string, person: string): Step =>
  step(who, `1\t${person.slice(0, 1)}\ttoken`, {
    [who]: [`1\ty\t${person}\tLobby`, "7\t0\t0", "7\t2\t1\tLobby\t0\t0"],
  });

const both = (frame: string): Readonly<Record<string, string[]>> => ({
  ada: [frame],
  bob: [frame],
});

/** What the original does: README of the recordings, quirks 14 and 23. */
const cases: ReadonlyMap<string, readonly Step[]> = new Map([
  [
    "channels are named by the name that they have here",
    [
      step("ada", "2\t1\t/create кафе", {
        ada: ["4\t0\tкафе\t0\t0", "2\t9\t-1\t0\fcrchan\fкафе\f\t5\t10010"],
      }),
      step("ada", "2\t1\t/join кафе", { ada: ["5\t1\t1\t6", "8\t3", "7\t0\t0", "5\t2\tкафе"] }),
    ],
  ],
  [
    "people are named in commands by the name that they have here",
    [
      step("bob", "2\t2\t/afk", both(`10\t${away}`)),
      step("bob", "2\t2\t/nick", { bob: ["2\t9\t-1\t1\fnameinuse\fbob\t5\t10010"] }),
      step("ada", "2\t1\t/msg <AFK>_bob hello", {
        bob: ["2\t9\t1\thello\t6\t10011"],
        ada: ["2\t9\t1\t&lt;AFK&gt;_bob hello\t7\t10011"],
      }),
    ],
  ],
  [
    "nobody comes back who is back already",
    [
      step("bob", "2\t2\t/afk", both(`10\t${away}`)),
      step("bob", "2\t2\t/nick", { bob: ["2\t9\t-1\t1\fnameinuse\fbob\t5\t10010"] }),
      step("bob", "2\t2\thello", {
        ada: [`10\t${bob}`, "2\t9\t2\thello\t6\t10010"],
        bob: [`10\t${bob}`, "2\t9\t2\thello\t6\t10010"],
      }),
    ],
  ],
]);

/** The last step: what is sent, and the packets that are expected, without their numbers. */
function lastOf(steps: readonly Step[], without?: Rule): readonly string[] {
  const all = [signIn("ada", ada), signIn("bob", bob), ...steps];
  const last = rewritten(all, seed, {
    steps: rules.steps.filter((rule) => rule !== without),
    contexts: rules.contexts,
  }).steps.at(-1);
  const action = last?.action.do === "send" ? last.action.text : "";
  return [action, ...[...(last?.received.get(last.who) ?? [])].map((frame) => frame.slice(0, 30))];
}

const expected: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "channels are named by the name that they have here",
    ["2\t1\t/join channel-1", "5\t1\t1\t<line>", "8\t3", "7\t0\t0"],
  ],
  [
    "people are named in commands by the name that they have here",
    ["2\t1\t/msg bob hello", "2\t9\t1\tbob hello\t6\t10011"],
  ],
  ["nobody comes back who is back already", ["2\t2\thello", "2\t9\t2\thello\t6\t10010"]],
]);

test("the rules that no recording shows are these", () => {
  assert.deepEqual([...unshown].sort(), [...cases.keys()].sort());
});

for (const [what, steps] of cases) {
  test(what, () => {
    const rule = rules.steps.find((each) => each.what === what);
    assert.ok(rule !== undefined, `there is no rule that says: ${what}`);
    const wanted = expected.get(what) ?? [];
    assert.deepEqual(lastOf(steps).slice(0, wanted.length), wanted);
    assert.notDeepEqual(lastOf(steps, rule), lastOf(steps), titleOf(rule));
  });
}
