import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthenticateRequest, commandTypes } from "@dragoman/bus-schema";
import { pino, stdSerializers } from "pino";
import { redacted, secretFields } from "./redacted.ts";

const hidden = "hunter2";

function lineOf(fields: object): string {
  let text = "";
  const logger = pino(
    {
      formatters: { log: redacted },
      serializers: { err: (error: Error) => redacted(stdSerializers.err(error)) },
    },
    {
      write: (line) => {
        text += line;
      },
    },
  );
  logger.info(fields, "a line");
  return text;
}

test("a secret is in no line, whatever field holds it and however deep", () => {
  for (const name of secretFields) {
    for (const key of [name, name.toUpperCase()]) {
      const places = [
        { [key]: hidden },
        { body: { [key]: hidden } },
        { list: [{ a: { b: { c: { [key]: { inner: hidden } } } } }] },
        { err: Object.assign(new Error("no"), { input: { [key]: hidden } }) },
      ];
      for (const place of places) {
        const line = lineOf(place);
        assert.ok(!line.includes(hidden), line);
        assert.ok(line.includes("[redacted]"), line);
      }
    }
  }
});

test("every way to show who one is holds its secret in such a field", () => {
  const { credentials } = AuthenticateRequest.shape;
  const shown = credentials.options.map(({ shape }) => Object.keys(shape));
  assert.ok(shown.length >= 5 && commandTypes.length > 0);
  for (const keys of shown) {
    const all = Object.fromEntries(keys.map((key) => [key, hidden]));
    assert.ok(!lineOf({ request: { credentials: all } }).includes(hidden));
  }
});

test("a password in an address goes, and the address stays", () => {
  const line = lineOf({ url: `nats://user:${hidden}@nats.example:4222`, err: new Error("x") });
  assert.ok(!line.includes(hidden));
  assert.ok(line.includes("nats.example:4222"));
});

test("everything else is written as it is, and bytes by their number", () => {
  const line = JSON.parse(lineOf({ n: 1, why: "cut", list: ["a"], bytes: new Uint8Array(3) }));
  assert.equal(line.n, 1);
  assert.equal(line.why, "cut");
  assert.deepEqual(line.list, ["a"]);
  assert.equal(line.bytes, "[3 bytes]");
});
