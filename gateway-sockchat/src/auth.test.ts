import assert from "node:assert/strict";
import { test } from "node:test";
import type { Commit, Rejection } from "@dragoman/bus-schema";
import { closings, type Step } from "@dragoman/gateway-kit";
import { sessionId } from "@dragoman/testing/people";
import { readCredentials } from "./auth.ts";
import { edge } from "./edge.ts";
import {
  ada,
  at,
  ben,
  connection,
  edgeView,
  firstLine,
  frame,
  general,
  message,
  mona,
  only,
  sent,
  session,
} from "./testing/edge.ts";

const commit = { events: [] as Commit["events"] } as Commit;

test("every form of credentials goes on with all its fields", () => {
  const forms = [
    ["115", "tok"],
    ["Bearer", "tok", "x"],
    ["4", "tok-dot", "extra & one", "", "über"],
    ["LOCAL", "ben", "drago man"],
  ];
  for (const fields of forms) assert.deepEqual(readCredentials(fields), { scheme: "site", fields });
  assert.deepEqual(readCredentials(["Misuzu", "t\fok"]), {
    scheme: "site",
    fields: ["Misuzu", "tok"],
  });
});

test("a malformed attempt is passed over without a word", () => {
  const set = edgeView();
  const malformed = [
    "1",
    "1\t",
    "1\t2",
    "1\t2\t",
    "1\t0\tt",
    "1\tLocal\tben",
    "1\tLocal\tben\t",
    `1\t${"9".repeat(30)}\tt`,
    `1\tBearer\t${"t".repeat(5000)}`,
  ];
  for (const text of malformed) {
    assert.deepEqual(edge.receive(frame(text), connection(), set.view), [], text);
  }
});

test("an attempt by somebody who is signed in is passed over", () => {
  const here = session(ada, general);
  const set = edgeView({ sessions: [here] });
  assert.deepEqual(edge.receive(frame("1\tBearer\tt"), connection(here), set.view), []);
});

test("each refusal has its reason, and the connection stays", () => {
  const set = edgeView();
  const cases: readonly (readonly [Rejection, string])[] = [
    [{ code: "bad_login", why: "wrong_password" }, "1\tn\tauthfail"],
    [{ code: "bad_login", why: "bad_token" }, "1\tn\tauthfail"],
    [
      { code: "banned", kind: "ban", untilMs: 1744580755_000, reason: "" },
      "1\tn\tjoinfail\t1744580755",
    ],
    [{ code: "banned", kind: "kick", untilMs: null, reason: "" }, "1\tn\tjoinfail\t-1"],
    [{ code: "limit_reached", what: "sessions", max: 5 }, "1\tn\tsockfail"],
    [{ code: "not_permitted", need: "view", hidden: true }, "1\tn\tuserfail"],
    [{ code: "busy", waitMs: 5 }, "1\tn\tauthfail"],
    [{ code: "rate_limited", why: "logins", waitMs: 5 }, "1\tn\tauthfail"],
  ];
  for (const [rejection, packet] of cases) {
    const client = connection();
    const attempt = only(edge.receive(frame("1\tBearer\tt"), client, set.view), "authenticate");
    assert.deepEqual(sent([only(attempt.refuse(rejection, set.view), "send")]), [packet]);
  }
});

test("a stranger who stays away too long is closed without a word", () => {
  const { view } = edgeView();
  assert.deepEqual(edge.farewell(closings.signIn, connection(), view).packets, []);
});

const adaHere = session(ada, general);

function welcomed(motd = ""): { steps: readonly Step[]; set: ReturnType<typeof edgeView> } {
  const set = edgeView({ sessions: [adaHere, session(mona, general), session(ben)], motd });
  return { steps: edge.welcome(connection(adaHere), adaHere, [], commit, set.view), set };
}

test("after sign-in come message of the day, 1.y, channels, people, history, channel", () => {
  const { steps, set } = welcomed("Welcome, <you>!");
  assert.equal(steps.length, 3);
  assert.deepEqual(sent(steps), [
    `7\t1\t${at}\t-1\tChatBot\tinherit\t\t0\fsay\fWelcome, &lt;you&gt;!\t${firstLine}\t0\t10010`,
    `1\ty\t4\tada\tinherit\t1\f0\f0\f1\f1\tgeneral\t2000\t${sessionId("ada")}\t2000`,
    "7\t2\t2\tgeneral\t0\t0\trandom\t0\t0",
    "7\t0\t2\t2\tmona\t#c0ffee\t5\f1\f0\f1\f1\t1\t3\tben\tinherit\t1\f0\f0\f1\f1\t1",
  ]);
  const query = steps[2];
  assert.ok(query?.do === "query" && query.body.type === "message.page");
  assert.equal(query.body.limit, 20);
  const messages = [
    message(ben, "first"),
    message(ada, "waves", { kind: "action" }),
    message(null, "made"),
  ];
  const answer = query.answer as (answer: unknown, view: typeof set.view) => readonly Step[];
  const page = { messages, total: 3, older: 0, newestId: null };
  assert.deepEqual(sent(answer(page, set.view)), [
    `7\t1\t${at}\t3\tben\tinherit\t1\f0\f0\f1\f1\tfirst\t7\t0\t10010`,
    `7\t1\t${at}\t4\tada\tinherit\t1\f0\f0\f1\f1\t<i>waves</i>\t7\t0\t11000`,
    `7\t1\t${at}\t-1\tChatBot\tinherit\t\t0\fsay\fmade\t7\t0\t10010`,
    "5\t2\tgeneral",
  ]);
  assert.deepEqual(
    sent(query.refuse({ code: "busy", waitMs: 1 }, set.view)).at(-1),
    "5\t2\tgeneral",
  );
});

test("the history covers its channel's messages and nothing else", () => {
  const { steps } = welcomed();
  const query = steps[2];
  assert.ok(query?.do === "query" && query.covers !== undefined);
  const here = { type: "message.posted" as const, message: message(ben, "x") };
  assert.equal(query.covers(here), true);
  const elsewhere = {
    channelId: "00000000-0000-4000-8000-000000000099" as typeof general.channelId,
  };
  assert.equal(query.covers({ ...here, message: { ...here.message, place: elsewhere } }), false);
  assert.equal(query.covers({ type: "presence.began", userId: ben.userId }), false);
});

test("without a message of the day 1.y is the first packet", () => {
  assert.match(sent(welcomed().steps)[0] ?? "", /^1\ty\t/);
});

test("packet 9 is said to those who are to stay away and to nobody else", () => {
  const { view } = edgeView();
  const client = connection(adaHere);
  const last = (closing: Parameters<typeof edge.farewell>[0]): readonly string[] =>
    edge.farewell(closing, client, view).packets;
  assert.deepEqual(last(closings.kicked(null, "")), ["9\t0"]);
  assert.deepEqual(last(closings.kicked(1744584982_000, "")), ["9\t1\t1744584982"]);
  assert.deepEqual(last(closings.banned(null, "")), ["9\t1\t-1"]);
  assert.deepEqual(last(closings.floodedOut(1744584982_000)), ["9\t1\t1744584982"]);
  assert.deepEqual(last(closings.departed), ["9\t0"]);
  const { timeout, drain, slow, unknownOutcome, flood } = closings;
  for (const closing of [timeout, slow, unknownOutcome, flood]) assert.deepEqual(last(closing), []);
  const [notice = "", ...more] = last(drain);
  assert.match(notice, /^2\t\d+\t-1\t0\fsay\fThis connection ends for maintenance\./);
  assert.deepEqual(more, []);
  assert.deepEqual(
    edge.farewell(drain, connection(), view).packets,
    [],
    "a stranger reads no notice",
  );
});
