import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "@dragoman/gateway-kit";
import { ada, ben, commit, errorOf, mona, olga, only, say, sent, view } from "../testing/edge.ts";

const ownerRequired = "Access denied: 'owner' role required";

test("bans ask for the right, then for a name", () => {
  for (const cmd of ["user_ban", "user_unban"]) {
    assert.equal(errorOf(say(ada, { cmd, user: "" })), ownerRequired);
    assert.equal(errorOf(say(mona, { cmd })), "User parameter is required");
  }
  assert.equal(errorOf(say(ada, { cmd: "users_banned_list" })), ownerRequired);
});

test("an unknown person is not banned and not unbanned", () => {
  assert.deepEqual(sent(say(mona, { cmd: "user_ban", user: "nobody", listener: "l" })), [
    { cmd: "user_ban", user: "nobody", banned: false, listener: "l" },
  ]);
  assert.deepEqual(
    sent(say(mona, { cmd: "user_unban", user: "x".repeat(1000) }))[0]?.["unbanned"],
    false,
  );
});

test("a ban is answered after what everybody hears of it", () => {
  const step = only(say(mona, { cmd: "user_ban", user: "USR:local_BEN" }), "command");
  assert.deepEqual(step.body, { type: "moderation.ban", target: ben.userId, addresses: false });
  const own = ['{"cmd":"user_disconnect"}', '{"cmd":"user_leave"}'];
  assert.deepEqual(sent(step.settle?.(own, commit(), view()) ?? []), [
    { cmd: "user_disconnect" },
    { cmd: "user_leave" },
    { cmd: "user_ban", user: "ben", banned: true },
  ]);
  const refused = (rejection: Parameters<typeof step.refuse>[0]) =>
    sent(step.refuse(rejection, view()))[0];
  assert.deepEqual(refused({ code: "already_exists", what: "ban", given: "ben" }), {
    cmd: "user_ban",
    user: "ben",
    banned: false,
  });
  assert.equal(
    refused({ code: "rank_too_low", given: "ben" })?.["val"],
    "You do not have permission to ban this user",
  );
  assert.equal(
    refused({ code: "not_permitted", need: "ban", hidden: false })?.["val"],
    ownerRequired,
  );
  const higher = only(say(mona, { cmd: "user_ban", user: "olga" }), "command");
  const tooHigh = { code: "rank_too_low", given: "olga" } as const;
  assert.equal(errorOf(higher.refuse(tooHigh, view())), "Cannot ban the server owner");
});

test("unbanning whoever is not banned answers false", () => {
  const step = only(say(olga, { cmd: "user_unban", user: "ben" }), "command");
  const refusal = step.refuse({ code: "not_found", what: "ban", given: "ben" }, view());
  assert.deepEqual(sent(refusal), [{ cmd: "user_unban", user: "ben", unbanned: false }]);
});

test("the list of the banned has names, and no kicked people", () => {
  const step = only(say(mona, { cmd: "users_banned_list" }), "query");
  const bans = [
    { userId: ben.userId, kind: "ban", untilMs: null },
    { userId: ada.userId, kind: "kick", untilMs: 5 },
  ];
  const answer = step.answer as (given: unknown, at: ReturnType<typeof view>) => readonly Step[];
  assert.deepEqual(sent(answer({ bans }, view())), [{ cmd: "users_banned_list", users: ["ben"] }]);
});
