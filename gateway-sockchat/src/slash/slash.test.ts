/** Slash commands: how they are read, and those of talk and of people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { ben, connection, firstLine, general, only, sent, staff, type } from "../testing/edge.ts";
import { adaHere, body, house, line, monaHere, refused, told } from "../testing/typed.ts";
import { parseSlash, slashRows } from "./index.ts";

test("names are read without dots and case, arguments at single spaces", () => {
  assert.deepEqual(parseSlash("/N.o.N a  b"), { name: "non", rest: "a  b", words: ["a", "", "b"] });
  assert.deepEqual(parseSlash("/"), { name: "", rest: "", words: [""] });
  assert.deepEqual(parseSlash("/me\nx"), { name: "me", rest: "x", words: ["x"] });
});

test("no name stands in the table twice", () => {
  const names = slashRows.flatMap((row) => row.names);
  assert.equal(new Set(names).size, names.length);
  for (const { names: own, usage } of slashRows) assert.ok(usage.startsWith(`/${own[0]}`));
});

test("an unknown command is answered with its name, escaped", () => {
  const cases = [
    ["/NonSense with words", "nonsense"],
    ["/", ""],
    ["//", "/"],
    ["/<img src=x>", "&lt;img"],
    ["/команда", "команда"],
    ["/leave", "leave"],
    ["/channels", "channels"],
    ["/constructor", "constructor"],
    ["/__proto__", "__proto__"],
  ] as const;
  for (const [typed, name] of cases) assert.deepEqual(told(typed), [`1\fnocmd\f${name}`]);
});

test("/me and /action are actions; without a text nothing", () => {
  const expected = {
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "action",
    content: { text: "waves  twice", markup: "bbcode" },
  };
  assert.deepEqual(body("/me waves  twice"), expected);
  assert.deepEqual(body("/action  waves  twice"), expected);
  assert.deepEqual(type("/me", connection(monaHere), house()), []);
});

test("/msg and /whisper take a name and a text", () => {
  const expected = {
    type: "message.whisper",
    target: ben.userId,
    content: { text: "back  to\nyou", markup: "bbcode" },
  };
  assert.deepEqual(body("/msg ben back  to\nyou"), expected);
  assert.deepEqual(body("/whisper ben  back  to\nyou"), expected);
  assert.deepEqual(told("/msg"), ["1\fcmderr"]);
  assert.deepEqual(told("/msg ben"), ["1\fcmderr"]);
  assert.deepEqual(refused("/msg nobody x", { code: "not_found", what: "user", given: "nobody" }), [
    line("1\fusernf\fnobody"),
  ]);
  assert.deepEqual(refused("/msg mona x", { code: "self_target", given: "mona" }), []);
  const long = "Message too long. Maximum length is 2000 characters";
  assert.deepEqual(told(`/msg ben ${"x".repeat(2001)}`), [`0\fsay\f${long}`]);
  assert.equal(body(`/msg ben ${"x".repeat(2000)}`).type, "message.whisper");
});

test("/delete and /delmsg take a message's number and nothing that is none", () => {
  assert.deepEqual(body("/delete 41"), { type: "message.delete", message: "41" });
  assert.deepEqual(body("/delmsg 0041"), { type: "message.delete", message: "41" });
  assert.deepEqual(told("/delmsg abc"), ["1\fcmderr"]);
  assert.deepEqual(told("/delete"), ["1\fcmderr"]);
  assert.deepEqual(told(`/delete ${firstLine}`), ["1\fdelerr"]);
  assert.deepEqual(told("/delete 0"), ["1\fdelerr"]);
  assert.deepEqual(body("/delete random"), { type: "channel.delete", channel: "random" });
  const missing: Rejection = { code: "not_found", what: "message", given: "41" };
  assert.deepEqual(refused("/delete 41", missing), [line("1\fdelerr")]);
  const need = (what: string): Rejection => ({ code: "not_permitted", need: what, hidden: false });
  assert.deepEqual(refused("/delete 41", need("delete")), [line("1\fdelerr")]);
  assert.deepEqual(refused("/delete 41", need("delete_own")), [line("1\fcmdna\f/delete")]);
  assert.deepEqual(refused("/delmsg 41", { code: "rank_too_low", given: "41" }), [
    line("1\fdelerr"),
  ]);
});

const entry = (name: string, style = ""): string =>
  `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${style}>${name}</a>`;
const bold = ' style="font-weight: bold;"';

test("/who lists everybody, the asker in bold; of a channel, who is in it", () => {
  assert.deepEqual(told("/who", adaHere), [
    `0\fwho\f${entry("olga")}, ${entry("mona")}, ${entry("ada", bold)}, ${entry("ben")}`,
  ]);
  assert.deepEqual(told("/who RANDOM", adaHere), [
    `0\fwhochan\frandom\f${entry("olga")}, ${entry("ben")}`,
  ]);
  assert.deepEqual(told("/who nowhere", adaHere), ["1\fnochan\fnowhere"]);
  assert.deepEqual(told(`/who ${staff.slug}`, adaHere), ["1\fnochan\fstaff"]);
  assert.deepEqual(told("/who high", adaHere), ["1\fnochan\fhigh"]);
  assert.deepEqual(told("/who high"), [`0\fwhochan\fhigh\f${entry("olga")}`]);
});

test("/token shows a log-in to its caller alone, and revokes", () => {
  const set = house();
  const step = only(type("/token", connection(adaHere), set), "grant");
  assert.deepEqual(step.body, { type: "user.token" });
  const answer = step.granted as (answer: unknown, view: View) => readonly Step[];
  const token = { token: "tok-1", expiresAtMs: set.view.nowMs + 30 * 24 * 3_600_000 };
  assert.deepEqual(sent(answer(token, set.view)), [
    line("0\fsay\fYour log-in for OriginChats, usable for 30 days: name ada password tok-1"),
  ]);
  assert.deepEqual(sent(step.refuse({ code: "busy", waitMs: 1 }, set.view)), [
    line("1\fgenerr", firstLine + 1),
  ]);
  assert.deepEqual(body("/token revoke", adaHere), { type: "user.revoke" });
  assert.deepEqual(told("/token x", adaHere), ["1\fcmderr"]);
});
