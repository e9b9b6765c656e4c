import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { roturQuestion } from "./rotur.ts";
import {
  authQuestion,
  banCheckQuestion,
  banQuestion,
  bansQuestion,
  bumpQuestion,
  readAuthAnswer,
  readBanCheck,
  readBans,
  readVerified,
  unbanQuestion,
  verifyQuestion,
} from "./site-wire.ts";

const address = { url: "https://site.example/_sockchat/", secret: "woomy" };
const nowMs = Date.UTC(2025, 0, 1);
const sign = (text: string): string => createHmac("sha256", "woomy").update(text).digest("hex");

test("each call is signed over the text of the reference", () => {
  const ban = { id: 5, moderatorId: 1, seconds: 60, reason: "so & so" };
  const calls = [
    [verifyQuestion(address, { id: 1, token: "t", ip: "::1" }), "1#t#::1"],
    [bumpQuestion(address, [{ id: 1, ip: "::1" }]), '[{"id":1,"ip":"::1"}]'],
    [bansQuestion(address), "givemethebeans"],
    [banCheckQuestion(address, { id: 7, ip: "192.0.2.1" }), "check#192.0.2.1#7"],
    [banQuestion(address, ban), "create#5#1#60#0#so & so"],
    [banQuestion(address, { ...ban, seconds: null }), "create#5#1#-1#1#so & so"],
    [unbanQuestion(address, 5), "remove#user#5"],
  ] as const;
  for (const [{ url, headers }, text] of calls) {
    assert.equal(headers?.["X-SharpChat-Signature"], sign(text), text);
    assert.ok(url.href.startsWith("https://site.example/_sockchat/"), url.href);
  }
});

test("a colour is six digits or inherited, a rank stays within Sock Chat's", () => {
  const verified = (more: object) =>
    readVerified(JSON.stringify({ success: true, user_id: 1, username: "f", ...more }), nowMs);
  assert.equal(verified({ colour_raw: 6291609 })?.color, "#600099");
  assert.equal(verified({ colour_raw: 0x40000000 })?.color, null);
  assert.equal(verified({ colour_raw: 0x40ff0000 })?.color, null);
  assert.equal(verified({})?.color, null);
  assert.equal(verified({ hierarchy: 9_999 })?.rank, 255);
  assert.equal(verified({ hierarchy: -1 })?.rank, 0);
  assert.equal(readAuthAnswer("yes1\nf\nred;x\n1")?.color, null);
});

test("the bits of part 6 say which rights are withheld, and until when somebody is silenced", () => {
  const verified = (more: object) =>
    readVerified(JSON.stringify({ success: true, user_id: 1, username: "f", ...more }), nowMs);
  assert.deepEqual(verified({ perms: 3263 })?.withheld, []);
  assert.deepEqual(verified({ perms: 0x2 })?.withheld, ["kick", "silence", "manageChannels"]);
  assert.equal(verified({ is_silenced: "1970-01-01T00:00:00+00:00" })?.silencedUntilMs, null);
  assert.equal(
    verified({ is_silenced: "2025-01-01T00:01:00+00:00" })?.silencedUntilMs,
    nowMs + 60_000,
  );
});

test("whatever is no clear yes is none", () => {
  const answers = ["", "yes", "[]", "null", '{"success":true}', '{"success":"true","user_id":1}'];
  for (const answer of [...answers, '{"success":true,"user_id":0,"username":"x"}', "<html>"]) {
    assert.equal(readVerified(answer, nowMs), null, answer);
    assert.equal(readAuthAnswer(answer), null, answer);
  }
  for (const answer of ["no", "yes-1\nx\n\n", "yes1.5\nx\n\n", "yes1\n \n\n", "YES1\nx"]) {
    assert.equal(readAuthAnswer(answer), null, answer);
  }
});

test("a ban runs until its end, for ever where that is said, and no answer is no ban", () => {
  const until = (record: object) => readBanCheck(JSON.stringify(record), nowMs)?.untilMs;
  assert.equal(until({ id: 1, ip: "", expires: "2025-01-02T00:00:00Z" }), nowMs + 86_400_000);
  assert.equal(until({ id: 1, ip: "", expires: "2024-01-02T00:00:00Z" }), undefined);
  assert.equal(until({ id: 1, expires: "9999-12-31T23:59:59Z" }), null);
  assert.equal(until({ id: 1, expires: "2024-01-01T00:00:00Z", is_permanent: true }), null);
  for (const none of ["[]", "{}", "null", "", "nonsense"]) {
    assert.equal(readBanCheck(none, nowMs), null, none);
  }
  assert.equal(readBans("{}", nowMs), null);
  assert.deepEqual(readBans('[{"id":"4","ip":"::1","expires":"9999-01-01"},{"id":5}]', nowMs), [
    { id: 4, ip: "::1", untilMs: null },
  ]);
});

test("questions hold what they were given and no more", () => {
  const asked = authQuestion("http://site.example/chat/", ["1", "a&b=c", ""]);
  assert.equal(asked.url.href, "http://site.example/chat/?view=auth&arg1=1&arg2=a%26b%3Dc&arg3=");
  assert.equal(
    roturQuestion("https://api.rotur.dev", "originChats-k", "v|1").url.href,
    "https://api.rotur.dev/validate?key=originChats-k&v=v%7C1",
  );
});
