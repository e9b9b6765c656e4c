/**
 * Bridge table, history on entry: the original client empties its window when it connects (Sock Chat reference, 8),
 * so a return shows what was missed and never less than the backlog.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: { sockchat: { backlog: 3, returnLines: 60, returnMs: 600_000 } },
});
const texts = (client: SockchatClient): readonly string[] => client.lines().map(({ text }) => text);

test("who missed nothing finds the backlog again, each line once", async () => {
  const ben = await home.onSockchat("ben");
  for (const text of ["one", "two", "three", "four"]) ben.say(text);
  await ben.sees("four");
  await ben.close();
  const again = await home.onSockchat("ben");
  assert.deepEqual(texts(again), ["two", "three", "four"]);
});

test("who missed more than the backlog is given all of it", async () => {
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  await ben.close();
  const missed = Array.from({ length: 8 }, (_, n) => `missed ${n}`);
  for (const text of missed) mona.say(text);
  await mona.sees("missed 7");
  const again = await home.onSockchat("ben");
  assert.deepEqual(texts(again), missed);
});

test("a second session beside a first is given the ordinary history", async () => {
  const mona = await home.onSockchat("mona");
  for (let n = 0; n < 5; n += 1) mona.say(`line ${n}`);
  await mona.sees("line 4");
  const first = await home.onSockchat("olga");
  const second = await home.onSockchat("olga");
  for (const session of [first, second]) {
    assert.deepEqual(texts(session), ["line 2", "line 3", "line 4"]);
  }
});
