/** Subscriptions to endpoints within the own network, or without TLS: refused at once, and nothing is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ originchats: 1 });

test("an endpoint that notifications are never sent to is refused when it is given", async () => {
  const ada = await home.onOriginchats("ada");
  const ask = (endpoint: string) =>
    ada.ask({
      cmd: "push_subscribe",
      subscription: { endpoint, keys: { p256dh: "p", auth: "a" } },
    });
  for (const endpoint of [
    "http://push.example/x",
    "ftp://push.example/x",
    "https://127.0.0.1/x",
    "https://0x7f.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://[2002:7f00:1::]/x",
    "https://[::7f00:1]/x",
    "https://[fec0::1]/x",
    "https://localhost:4222/x",
    "https://nats/x",
    "no address",
  ]) {
    const got = await ask(endpoint);
    assert.deepEqual([got.cmd, got["val"]], ["error", "Failed to save subscription"], endpoint);
  }
  assert.equal((await ask("https://push.example/x")).cmd, "push_subscribed");
});
