import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./load-config.ts";
import { takeOver } from "./reload.ts";

const read = (options: Readonly<Record<string, unknown>> = {}) => loadConfig({}, options).config;

test("what a running process follows is taken over where everybody has it", () => {
  const config = read();
  const { limits, server } = config;
  const changes = {
    "limits.messagesPerMinute": 7,
    "server.motd": "hello",
    logLevel: "debug",
    allowedOrigins: ["https://example.org"],
    trustedProxies: ["192.0.2.1"],
  };
  assert.deepEqual(takeOver(config, read(changes)), {
    taken: [
      "logLevel",
      "trustedProxies",
      "allowedOrigins",
      "server.motd",
      "limits.messagesPerMinute",
    ],
    restart: [],
  });
  assert.equal(limits.messagesPerMinute, 7, "by whoever holds the section");
  assert.equal(server.motd, "hello");
  assert.deepEqual(config, read(changes));
  assert.deepEqual(takeOver(config, read(changes)), { taken: [], restart: [] });
});

test("what only a start reads is named and stays as it was", () => {
  const config = read();
  const changes = {
    host: "0.0.0.0",
    "journal.tryMs": 5,
    "limits.outboxMs": 5,
    "tls.cert": "c.pem",
    "tls.key": "k.pem",
  };
  const { taken, restart } = takeOver(config, read(changes));
  assert.deepEqual(taken, []);
  assert.deepEqual(restart, ["host", "tls.cert", "tls.key", "limits.outboxMs", "journal.tryMs"]);
  assert.deepEqual(config, read());
});

test("another certificate is followed where there was one", () => {
  const config = read({ "tls.cert": "a.pem", "tls.key": "a.key" });
  const changed = read({ "tls.cert": "b.pem", "tls.key": "b.key" });
  assert.deepEqual(takeOver(config, changed).taken, ["tls.cert", "tls.key"]);
  assert.equal(config.tls.cert, "b.pem");
});
