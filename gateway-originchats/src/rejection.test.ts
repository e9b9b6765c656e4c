import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rejection, RejectionCode } from "@dragoman/bus-schema";
import type { Ask } from "./answer.ts";
import { refuse, rejectionText } from "./rejection.ts";
import { ada, connection, nowMs, sent, session, view } from "./testing/edge.ts";

const samples: { readonly [C in RejectionCode]: readonly Extract<Rejection, { code: C }>[] } = {
  not_authenticated: [{ code: "not_authenticated" }],
  bad_login: (
    [
      "unknown_user",
      "wrong_password",
      "not_local",
      "missing",
      "name_length",
      "password_length",
      "name_alphabet",
      "taken",
      "registration_disabled",
      "provider_disabled",
      "bad_token",
    ] as const
  ).map((why) => ({ code: "bad_login", why })),
  banned: [
    { code: "banned", kind: "ban", untilMs: null, reason: "" },
    { code: "banned", kind: "kick", untilMs: null, reason: "" },
    { code: "banned", kind: "kick", untilMs: nowMs + 1, reason: "" },
  ],
  leaving: [{ code: "leaving", phase: "read-only" }],
  limit_reached: [{ code: "limit_reached", what: "sessions", max: 5 }],
  silenced: [
    { code: "silenced", untilMs: null },
    { code: "silenced", untilMs: nowMs + 1_878 },
  ],
  rate_limited: (["burst", "cooldown", "minute", "logins", "packets", "passwords"] as const).map(
    (why) => ({
      code: "rate_limited",
      why,
      waitMs: 29_999,
    }),
  ),
  not_permitted: [
    { code: "not_permitted", need: "send", hidden: false },
    { code: "not_permitted", need: "send", hidden: true },
    { code: "not_permitted", need: "ban", hidden: false },
    { code: "not_permitted", need: "manageChannels", hidden: false },
    { code: "not_permitted", need: "constructor", hidden: false },
  ],
  rank_too_low: [{ code: "rank_too_low", given: "olga" }],
  self_target: [{ code: "self_target", given: "ada" }],
  not_found: (["user", "channel", "message", "role", "session", "ban", "command"] as const).map(
    (what) => ({ code: "not_found", what, given: "x" }),
  ),
  already_exists: [{ code: "already_exists", what: "channel", given: "x" }],
  invalid: [{ code: "invalid", field: "content", why: "empty" }],
  too_long: [
    { code: "too_long", field: "content", max: 2000 },
    { code: "too_long", field: "reason", max: 500 },
  ],
  wrong_password: [{ code: "wrong_password", given: true }],
  locked: [
    { code: "locked", archived: true },
    { code: "locked", archived: false },
  ],
  ended: [
    { code: "ended", expired: true },
    { code: "ended", expired: false },
  ],
  protected: [
    { code: "protected", what: "owner" },
    { code: "protected", what: "channel" },
  ],
  disabled: [
    { code: "disabled", feature: "attachments" },
    { code: "disabled", feature: "polls" },
  ],
  read_only: [{ code: "read_only" }],
  storage_full: [{ code: "storage_full" }],
  busy: [{ code: "busy", waitMs: 1 }],
  unknown_outcome: [{ code: "unknown_outcome" }],
};

const askOf = (cmd: string): Ask => ({
  cmd,
  listener: "l",
  client: connection(ada),
  session: session(ada),
  view: view(),
});

test("every refusal renders to an error with a text, its source and its listener", () => {
  for (const rejection of Object.values(samples).flat()) {
    const packets = sent(refuse(askOf("message_pin"))(rejection, view()));
    const [first] = packets;
    assert.equal(first?.["listener"], "l");
    for (const packet of packets) {
      if (packet["cmd"] === "rate_limit") continue;
      assert.equal(packet["cmd"], "error");
      assert.equal(packet["src"], "message_pin");
      assert.notEqual(packet["val"], "");
    }
    assert.notEqual(rejectionText(rejection, nowMs), "");
    assert.doesNotMatch(rejectionText(rejection, nowMs), /undefined|NaN|object/);
  }
});

test("a spent budget is told by rate_limit and, now and then, by a readable error", () => {
  const ask = askOf("message_new");
  const rejection = { code: "rate_limited", why: "cooldown", waitMs: 29_949.7 } as const;
  const limit = {
    cmd: "rate_limit",
    reason: "You are in cooldown for 29.9 more seconds",
    length: 29_949,
    listener: "l",
  };
  assert.deepEqual(sent(refuse(ask)(rejection, view())), [
    limit,
    {
      cmd: "error",
      src: "message_new",
      val: "Rate limited: You are in cooldown for 29.9 more seconds",
    },
  ]);
  assert.deepEqual(sent(refuse(ask)(rejection, { ...view(), steadyMs: nowMs + 4_999 })), [limit]);
  assert.equal(sent(refuse(ask)(rejection, { ...view(), steadyMs: nowMs + 5_000 })).length, 2);
});

test("the reasons of the budget are the original's", () => {
  const reason = (why: "burst" | "minute", waitMs: number): unknown =>
    sent(refuse(askOf("message_new"))({ code: "rate_limited", why, waitMs }, view()))[0]?.[
      "reason"
    ];
  assert.equal(reason("burst", 30_000), "Burst limit exceeded. You're in cooldown for 30 seconds");
  assert.equal(reason("minute", 12_345), "Rate limit exceeded. Wait 12.3 seconds");
});

test("message_edit omits the reason", () => {
  const rejection = { code: "rate_limited", why: "minute", waitMs: 1_000 } as const;
  const [limit] = sent(refuse(askOf("message_edit"))(rejection, view()));
  assert.deepEqual(limit, { cmd: "rate_limit", length: 1_000, listener: "l" });
});

test("a silenced person reads for how long", () => {
  const packets = sent(
    refuse(askOf("message_new"))({ code: "silenced", untilMs: nowMs + 1_878 }, view()),
  );
  assert.deepEqual(packets, [
    {
      cmd: "rate_limit",
      reason: "You are in timeout for 1.9 more seconds",
      length: 1_878,
      listener: "l",
    },
    { cmd: "error", src: "message_new", val: "You are timed out for 2 seconds" },
  ]);
});
