import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./load-config.ts";
import { type Change, takeOver } from "./reload.ts";

const keysOf = (changes: readonly Change[]) => changes.map(({ key }) => key);
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
  const { taken, restart } = takeOver(config, read(changes));
  assert.deepEqual(taken, [
    { key: "logLevel", from: "info", to: "debug" },
    { key: "trustedProxies", from: "", to: "192.0.2.1" },
    { key: "allowedOrigins", from: "*", to: "https://example.org" },
    { key: "server.motd", from: "", to: "hello" },
    { key: "limits.messagesPerMinute", from: "60", to: "7" },
  ]);
  assert.deepEqual(restart, []);
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
    graceMs: 5,
    "tls.cert": "c.pem",
    "tls.key": "k.pem",
  };
  const { taken, restart } = takeOver(config, read(changes));
  assert.deepEqual(taken, []);
  assert.deepEqual(keysOf(restart), ["host", "tls.cert", "tls.key", "graceMs", "journal.tryMs"]);
  assert.deepEqual(config, read());
});

test("another certificate is followed where there was one", () => {
  const config = read({ "tls.cert": "a.pem", "tls.key": "a.key" });
  const changed = read({ "tls.cert": "b.pem", "tls.key": "b.key" });
  assert.deepEqual(keysOf(takeOver(config, changed).taken), ["tls.cert", "tls.key"]);
  assert.equal(config.tls.cert, "b.pem");
});

test("who may say who somebody is is followed, and every bound", () => {
  const config = read();
  const changes = {
    "accounts.providers": ["local", "site", "rotur"],
    "site.url": "https://example.org/_sockchat",
    "rotur.timeoutMs": 7,
    "limits.loginAttempts": 3,
    "limits.outboxBytes": 2_048,
  };
  const { restart } = takeOver(config, read(changes));
  assert.deepEqual(restart, []);
  assert.deepEqual(config, read(changes));
});

test("a secret that has changed is told of, and not told", () => {
  const config = read({ "nats.password": "before" });
  const { restart } = takeOver(config, read({ "nats.password": "behind" }));
  assert.deepEqual(restart, [{ key: "nats.password", from: "********", to: "********" }]);
});
