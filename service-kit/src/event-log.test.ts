import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { EventLog } from "./event-log.ts";

function recorder(level = "info") {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level }, { write: (text) => void lines.push(JSON.parse(text)) });
  return { lines, log: new EventLog(logger) };
}

test("an event is one line, with what it is about", () => {
  const { lines, log } = recorder();
  log.tell("signed in", () => ({ person: "ada" }));
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.["event"], "signed in");
  assert.equal(lines[0]?.["person"], "ada");
  assert.equal(lines[0]?.["msg"], "signed in");
});

test("what happens a hundred times in a second is twenty lines and one that counts the others", () => {
  const { lines, log } = recorder();
  for (let n = 0; n < 100; n += 1) log.tell("connected", () => ({ n }));
  log.tell("closed", () => ({}));
  log.sum();
  const of = (event: string) => lines.filter((line) => line["event"] === event);
  assert.equal(of("connected").length, 21);
  assert.equal(of("connected").at(-1)?.["more"], 80);
  assert.equal(of("closed").length, 1, "others are not counted with it");
  log.tell("connected", () => ({}));
  assert.equal(of("connected").length, 22, "the next second has lines of its own");
});

test("nothing is made up for a level that is not written", () => {
  const { lines, log } = recorder("error");
  log.tell("connected", () => assert.fail("nobody reads it"));
  assert.deepEqual(lines, []);
});
