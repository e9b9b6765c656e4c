import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleLine } from "./console-line.ts";

const line = (record: object): string => {
  return consoleLine(JSON.stringify({ level: 40, time: 0, service: "core", ...record })).slice(9);
};

test("a line of the log is one that a person can read", () => {
  assert.equal(line({ msg: "bus is lost" }), "warn  core: bus is lost");
  assert.equal(
    line({ level: 30, msg: "caught up", position: 7, keys: ["a", "b"], why: "so" }),
    'info  core: caught up (position: 7, keys: ["a","b"], why: so)',
  );
  assert.match(
    consoleLine('{"level":40,"time":0,"service":"x","msg":"y"}'),
    /^\d\d:\d\d:\d\d warn /,
  );
});

test("an error has its stack where it is a fault of ours, and only then", () => {
  const err = { message: "torn", stack: "Error: torn\n    at core.js:1\n    at node:2" };
  assert.equal(line({ msg: "retried", err }), "warn  core: retried (torn)");
  assert.equal(
    line({ level: 50, msg: "failed", err }),
    "error core: failed (torn)\n    at core.js:1\n    at node:2",
  );
});

test("what somebody sent moves no cursor and colours nothing", () => {
  assert.equal(
    line({ msg: "name", name: "\u001b[31mred\r" }),
    "warn  core: name (name: \ufffd[31mred\ufffd)",
  );
});
