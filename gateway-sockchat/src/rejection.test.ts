import assert from "node:assert/strict";
import { test } from "node:test";
import { Rejection } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { refusals } from "./rejection.ts";
import { connection, edgeView, general, mona, sent, session, type } from "./testing/edge.ts";

const here = session(mona, general);

/** One rejection of each code and, where the words depend on it, of each kind. */
const examples: readonly Rejection[] = [
  { code: "not_authenticated" },
  { code: "bad_login", why: "bad_token" },
  { code: "banned", kind: "ban", untilMs: null, reason: "" },
  { code: "limit_reached", what: "sessions", max: 5 },
  { code: "silenced", untilMs: null },
  { code: "rate_limited", why: "burst", waitMs: 1 },
  { code: "not_permitted", need: "send", hidden: false },
  { code: "rank_too_low", given: "x" },
  { code: "self_target", given: "x" },
  ...(
    [
      "user",
      "channel",
      "message",
      "role",
      "session",
      "ban",
      "command",
      "thread",
      "poll",
      "option",
    ] as const
  ).flatMap((what) => [
    { code: "not_found", what, given: "x" } as const,
    { code: "already_exists", what, given: "x" } as const,
  ]),
  { code: "invalid", field: "content", why: "empty" },
  { code: "too_long", field: "content", max: 2000 },
  { code: "wrong_password", given: true },
  { code: "locked", archived: true },
  { code: "locked", archived: false },
  { code: "ended", expired: true },
  { code: "ended", expired: false },
  { code: "protected", what: "owner" },
  { code: "protected", what: "channel" },
  { code: "disabled", feature: "x" },
  { code: "leaving", phase: "read-only" },
  { code: "busy", waitMs: 1 },
  { code: "read_only" },
  { code: "storage_full" },
  { code: "unknown_outcome" },
];

const typed = [
  "hello",
  "/me waves",
  "/msg ben hi",
  "/delete 5",
  "/delmsg 5",
  "/kick ben",
  "/ban ben",
  "/unban ben",
  "/join random",
  "/token",
  "/token revoke",
];

/** What the reference wants unanswered. */
const unanswered = new Set(["/msg ben hi self_target"]);

test("every code has an example", () => {
  assert.deepEqual(
    [...new Set(examples.map(({ code }) => code))].sort(),
    Object.keys(refusals).sort(),
  );
  for (const example of examples) assert.ok(Rejection.safeParse(example).success);
});

test("every refusal of every command is told", () => {
  for (const text of typed) {
    for (const rejection of examples) {
      const set = edgeView({ sessions: [here] });
      const [step] = type(text, connection(here), set);
      assert.ok(step?.do === "command" || step?.do === "grant" || step?.do === "query", text);
      const steps: readonly Step[] = step.refuse(rejection, set.view);
      const silent = unanswered.has(`${text} ${rejection.code}`);
      assert.equal(sent(steps).length === 0, silent, `${text}: ${rejection.code}`);
      for (const packet of sent(steps)) assert.match(packet, /^(2|5)\t/);
    }
  }
});

test("the message budget's refusal is the flood warning, a silence's its notice", () => {
  const set = edgeView({ sessions: [here] });
  const [step] = type("hello", connection(here), set);
  assert.ok(step?.do === "command");
  const bodyOf = (rejection: Rejection): string | undefined =>
    sent(step.refuse(rejection, set.view))[0]?.split("\t")[3];
  assert.equal(bodyOf({ code: "rate_limited", why: "minute", waitMs: 1 }), "0\fflwarn");
  assert.equal(bodyOf({ code: "silenced", untilMs: null }), "0\fsilence");
  assert.match(bodyOf({ code: "not_permitted", need: "send", hidden: false }) ?? "", /^0\fsay\f/);
});
