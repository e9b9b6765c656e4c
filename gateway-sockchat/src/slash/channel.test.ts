/** Slash commands about channels, and who moves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Commit, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { ada, connection, general, only, random, sent, type } from "../testing/edge.ts";
import {
  adaHere,
  body,
  house,
  line,
  monaHere,
  olgaHere,
  owned,
  refused,
  told,
} from "../testing/typed.ts";

test("/join moves; accepted, the mover is given the channel and its name last", () => {
  const set = house();
  const step = only(type("/join Random se cret", connection(adaHere), set), "command");
  assert.deepEqual(step.body, { type: "session.move", channel: "Random", password: "se cret" });
  set.roster.apply(
    {
      type: "session.moved",
      sessionId: adaHere.sessionId,
      userId: ada.userId,
      from: { channelId: general.channelId },
      to: { channelId: random.channelId },
    },
    { term: 1 },
  );
  const steps = step.settle?.(["5\t1\t4\t9"], {} as Commit, set.view) ?? [];
  const ben7 = "3\tben\tinherit\t1\f0\f0\f1\f1\t1";
  assert.deepEqual(sent(steps), [
    "5\t1\t4\t9",
    "8\t3",
    `7\t0\t2\t1\tolga\t#ff0000\t10\f1\f1\f1\f2\t1\t${ben7}`,
  ]);
  const page = steps[2];
  assert.ok(page?.do === "query");
  const answer = page.answer as (answer: unknown, view: View) => readonly Step[];
  assert.deepEqual(sent(answer({ messages: [] }, set.view)), ["5\t2\trandom"]);
});

test("each refused /join says why and ends in 5.2 with the present channel", () => {
  const cases: readonly (readonly [Rejection, string])[] = [
    [{ code: "not_found", what: "channel", given: "nowhere" }, "1\fnochan\fnowhere"],
    [{ code: "already_exists", what: "channel", given: "nowhere" }, "1\fsamechan\fnowhere"],
    [{ code: "wrong_password", given: false }, "1\fnopwchan\fnowhere"],
    [{ code: "wrong_password", given: true }, "1\fipwchan\fnowhere"],
    [{ code: "busy", waitMs: 1 }, "1\fgenerr"],
  ];
  for (const [rejection, expected] of cases) {
    assert.deepEqual(refused("/join nowhere", rejection), [line(expected), "5\t2\tgeneral"]);
  }
  assert.deepEqual(type("/join", connection(monaHere), house()), []);
  assert.deepEqual(type("/join ", connection(monaHere), house()), []);
  const far = "x".repeat(101);
  assert.deepEqual(told(`/join ${far}`).at(-1), "5\t2\tgeneral");
});

test("/create reads a rank only before a name, joins words, and knows the alphabet", () => {
  const create = (name: string, minRank = 0): Command => ({
    type: "channel.create",
    kind: "text",
    name,
    permissions: { view: ["user"], send: ["user"] },
    minRank,
  });
  assert.deepEqual(body("/create hall of fame"), create("hall_of_fame"));
  assert.deepEqual(body("/create 5 staff-room"), create("staff-room", 5));
  assert.deepEqual(body("/create 1_5 half"), create("1_5_half"));
  assert.deepEqual(told("/create 6 top"), ["1\frankerr"]);
  for (const text of ["/create", "/create 42"]) assert.deepEqual(told(text), ["1\fcmderr"]);
  const names = ["@x", "a<b>", "кафе", "1.5 half", "n".repeat(31)];
  for (const name of names) {
    assert.deepEqual(told(`/create ${name}`), ["1\finchan"], name);
  }
  const taken: Rejection = { code: "already_exists", what: "channel", given: "staff" };
  assert.deepEqual(refused("/create staff", taken), [line("1\fnischan\fstaff")]);
  const full: Rejection = { code: "limit_reached", what: "channels", max: 5 };
  assert.deepEqual(refused("/create more", full), [line("0\fsay\fToo many channels")]);
});

test("commands about channels are cmdna without the right, namchan where the channel is another's", () => {
  const set = house();
  const bare = [...set.roster.roles].map((role) => ({ ...role, permissions: [] }));
  const [first] = bare;
  assert.ok(first);
  const event = { type: "role.created", roleId: first.roleId, roles: bare } as const;
  for (const text of ["/password x", "/rank 1"]) {
    assert.deepEqual(told(text, adaHere), ["1\fnamchan\fgeneral"]);
  }
  set.roster.apply(event, { term: 1 });
  for (const name of ["create", "password", "pwd", "rank", "priv", "privilege"]) {
    assert.deepEqual(told(`/${name} 1 x`, adaHere, set), [`1\fcmdna\f/${name}`]);
  }
  assert.deepEqual(body("/pwd  two words ", olgaHere, owned()), {
    type: "channel.update",
    channel: general.channelId,
    password: "two words",
  });
  const denied: Rejection = { code: "not_permitted", need: "own", hidden: false };
  assert.deepEqual(refused("/pwd x", denied, olgaHere, owned()), [line("1\fnamchan\fgeneral")]);
  const kept: Rejection = { code: "protected", what: "channel" };
  assert.deepEqual(refused("/rank 1", kept, olgaHere, owned()), [line("1\fnamchan\fgeneral")]);
  assert.deepEqual(refused("/delchan general", kept, olgaHere, owned()), [
    line("1\fndchan\fgeneral"),
  ]);
});
