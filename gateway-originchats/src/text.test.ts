import assert from "node:assert/strict";
import { test } from "node:test";
import { mentionsMax } from "@dragoman/bus-schema";
import { channel } from "@dragoman/testing/people";
import { findChannel, findUser, plainName, shownName } from "./place.ts";
import { ada, ben, general, message, mona, olga, roster, whisper } from "./testing/edge.ts";
import { contentOf, mentionsIn } from "./text.ts";

const mentions = (text: string) => mentionsIn({ text, markup: "markdown" }, roster());

test("known people and roles are mentioned once each, in their stored spelling", () => {
  assert.deepEqual(mentions("@ADA hi @ada a@ben.c @nobody @&moderator @&nothing @&moderator"), {
    users: ["ada", "ben"],
    roles: ["moderator"],
  });
  assert.deepEqual(mentions("@USR:local_ada"), { users: ["ada"], roles: [] });
  assert.deepEqual(mentions("@ada-foo"), { users: ["ada"], roles: [] });
  assert.deepEqual(mentions("nothing"), { users: [], roles: [] });
});

test("a name with a hyphen is one, and the longest that somebody has counts", () => {
  const foo = {
    ...ben,
    userId: "u-ada-foo" as typeof ben.userId,
    name: "ada-foo",
    number: 77 as typeof ben.number,
  };
  const zhan = {
    ...ben,
    userId: "u-zhan" as typeof ben.userId,
    name: "жан",
    number: 78 as typeof ben.number,
  };
  const of = roster({ users: [ada, ben, mona, olga, foo, zhan] });
  const named = (text: string) => mentionsIn({ text, markup: "markdown" }, of).users;
  assert.deepEqual(named("@ada-foo"), ["ada-foo"]);
  assert.deepEqual(named("@ada-fool, @ada-foo-bar: hi"), ["ada", "ada-foo"]);
  assert.deepEqual(named("**@ada-foo** @жан!"), ["ada-foo", "жан"]);
  assert.deepEqual(named("@ada你好"), ["ada"]);
});

test("a name whose first occurrence follows an ampersand is none", () => {
  assert.deepEqual(mentions("&@ada").users, []);
  assert.deepEqual(mentions("@ada &@ada").users, ["ada"]);
  assert.deepEqual(mentions("&@ada @ada").users, []);
});

test("role names are taken exactly", () => {
  assert.deepEqual(mentions("@&Moderator").roles, []);
});

test("so many names are looked up for a message, and no more", () => {
  const others = (count: number, mark: string) =>
    Array.from({ length: count }, (_, n) => `${mark}x${n}`).join(" ");
  assert.deepEqual(mentions(`${others(mentionsMax - 1, "@")} @ada @ada @ben`).users, ["ada"]);
  const roles = mentions(`${others(mentionsMax - 1, "@&")} @&user @&moderator`).roles;
  assert.deepEqual(roles, ["user"]);
});

test("an action stands in italics, Markdown as it was typed and BBCode as Markdown", () => {
  const bbcode = { text: "[b]x[/b]\ny", markup: "bbcode" } as const;
  assert.equal(contentOf(message(1, { kind: "action" }), roster()), "_hi_");
  assert.equal(contentOf(message(1, { content: bbcode }), roster()), "**x**\ny");
  assert.equal(
    contentOf(message(1, { content: bbcode, kind: "action" }), roster()),
    "_**x**_\n_y\u200b_",
  );
  const typed = "[b]x[/b] **y** \\*";
  assert.equal(
    contentOf(message(1, { content: { text: typed, markup: "markdown" } }), roster()),
    typed,
  );
});

test("a whisper channel is called by the other's name and known to its two people alone", () => {
  const of = roster();
  assert.equal(shownName(whisper, ada.userId, of), "@ben");
  assert.equal(shownName(whisper, ben.userId, of), "@ada");
  assert.equal(findChannel("@ben", ada.userId, of), whisper);
  assert.equal(findChannel("@ben", mona.userId, of), undefined);
  assert.equal(findChannel("whisper-1", mona.userId, of), undefined);
  assert.equal(findChannel("general", ada.userId, of), general);
  assert.equal(findChannel("General", ada.userId, of), undefined);
});

test("no channel of before, called like a whisper, stands in its way or is found by that name", () => {
  const trap = channel("@ben", 0, [], { slug: "ben" });
  for (const of of [roster({ channels: [trap, whisper] }), roster({ channels: [whisper, trap] })]) {
    assert.equal(findChannel("@ben", ada.userId, of), whisper);
    assert.equal(findChannel("@ben", mona.userId, of), undefined);
    assert.equal(shownName(trap, mona.userId, of), "ben");
    assert.equal(findChannel("ben", mona.userId, of), trap);
  }
});

test("people are found by name whatever the case, in the long form, and by id", () => {
  const of = roster();
  assert.equal(findUser("BEN", of)?.userId, ben.userId);
  assert.equal(findUser("USR:local_ben", of)?.userId, ben.userId);
  assert.equal(findUser(ben.userId, of)?.userId, ben.userId);
  assert.equal(findUser("constructor", of), undefined);
  assert.equal(plainName("usr:LOCAL_x"), "x");
});
