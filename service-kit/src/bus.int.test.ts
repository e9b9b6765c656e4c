/** The bus over a real server that is silent, refuses, or is none. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { within } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { type NatsServer, startNats } from "@dragoman/testing/nats";
import { freePort } from "@dragoman/testing/port";
import { jetstreamManager } from "@nats-io/jetstream";
import { Bus } from "./bus.ts";
import { OperatorError } from "./operator-error.ts";

/** Three pings of half a second, and some time of a busy machine. */
const noticedMs = 3_000;
const wholeMs = 2_000;
/** More than any kernel takes for a reader that stands still. */
const flood = { count: 60, bytes: 512 * 1024 };

/** Resolves at the next loss or return of the connection. */
function turned(bus: Bus, to: boolean): Promise<void> {
  return new Promise((resolve) => {
    const unlisten = bus.onConnection((connected) => {
      if (connected !== to) return;
      unlisten();
      resolve();
    });
  });
}

describe("a bus whose server stands still", () => {
  let nats: NatsServer;
  before(async () => {
    nats = await startNats({ open: true });
  });
  after(() => nats.stop());

  for (const [what, count] of [
    ["with nothing under way", 0],
    ["with full buffers, which it never reads", flood.count],
  ] as const) {
    it(`notices it ${what}, and is whole soon after it wakes`, async (t) => {
      const bus = await Bus.connect({ url: nats.url, name: "trial", logger: silent });
      t.after(() => bus.close());
      bus.serve("trial.echo", (message) => bus.respond(message, message.data));
      const lost = turned(bus, false);
      nats.suspend();
      t.after(() => nats.resume());
      for (let n = 0; n < count; n += 1) bus.publish("trial.flood", new Uint8Array(flood.bytes));
      await within(noticedMs, "the loss", lost);
      assert.equal(bus.connected, false);
      const back = turned(bus, true);
      nats.resume();
      await within(wholeMs, "the return", back);
      const reply = await bus.request("trial.echo", new Uint8Array([7]), { timeoutMs: wholeMs });
      assert.deepEqual([...reply.data], [7]);
    });
  }

  it("lists the keys of a bucket, and leaves nothing in the server's store by that", async (t) => {
    const bus = await Bus.connect({ url: nats.url, name: "trial", logger: silent });
    t.after(() => bus.close());
    const bucket = await bus.bucket("trial", wholeMs);
    for (const key of ["a.one", "a.two", "a.three", "b.one"]) await bucket.put(key, "x");
    await bus.forget("trial", "a.two", wholeMs);
    const keys = await bus.keys("trial", "a.", wholeMs);
    assert.deepEqual(keys.toSorted(), ["a.one", "a.three"]);
    assert.deepEqual(await bus.keys("trial", "c.", wholeMs), []);
    const manager = await jetstreamManager(bus.connection);
    const { state } = await manager.streams.info("KV_trial");
    assert.equal(state.consumer_count, 0);
  });

  it("leaves a connection for a new one when it is asked to", async (t) => {
    const bus = await Bus.connect({ url: nats.url, name: "trial", logger: silent });
    t.after(() => bus.close());
    const lost = turned(bus, false);
    await within(wholeMs, "a new connection", bus.renew(new AbortController().signal));
    await within(wholeMs, "the loss of the old", lost);
    assert.equal(bus.connected, true);
    await bus.flush();
  });
});

describe("a bus that cannot be connected", () => {
  let nats: NatsServer;
  let site: Server;
  before(async () => {
    nats = await startNats();
    site = createServer((_request, response) => response.end());
    await new Promise<void>((listening) => site.listen(0, "127.0.0.1", listening));
  });
  after(async () => {
    await nats.stop();
    site.closeAllConnections();
    site.close();
  });

  const refusal = (url: string, message: RegExp, credentials: object = {}) =>
    assert.rejects(
      Bus.connect({ url, name: "core", logger: silent, ...credentials }, 200),
      (error: Error) => {
        assert.equal(error.name, "OperatorError");
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );

  it("names the setting where nobody listens", async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    await refusal(
      url,
      /^DRAGOMAN_NATS_URL: nobody answers at nats:.* \(connection refused\); start/,
    );
  });

  it("names the setting where the host is not known", () =>
    refusal("nats://nowhere.invalid:4222", /^DRAGOMAN_NATS_URL: the host of nats:.* is not known/));

  it("names the setting where something else listens", () =>
    refusal(
      `nats://127.0.0.1:${(site.address() as AddressInfo).port}`,
      /^DRAGOMAN_NATS_URL: (?:what answers at .* is no NATS server|.* says nothing)/,
    ));

  it("speaks no word in the clear to a server without TLS where TLS is asked for", async () => {
    const { port } = nats;
    const credentials = nats.credentials("core");
    const says =
      /^DRAGOMAN_NATS_URL: the NATS server at tls:.* speaks no TLS; switch it on there, /;
    await refusal(`tls://127.0.0.1:${port}`, says, credentials);
  });

  it("names the settings of a name or password that is refused, at once and never the password", async () => {
    const begun = performance.now();
    for (const credentials of [{ user: "core", password: "not-the-word" }, {}]) {
      await assert.rejects(
        Bus.connect({ url: nats.url, name: "core", logger: silent, ...credentials }),
        (error: Error) => {
          assert.match(
            error.message,
            /^DRAGOMAN_NATS_USER, DRAGOMAN_NATS_PASSWORD: .* does not let/,
          );
          assert.ok(!error.message.includes("not-the-word"));
          return true;
        },
      );
    }
    // Patience is for a server that is not there yet.
    assert.ok(performance.now() - begun < 15_000);
  });

  it("names the settings where the user is that of another service, whichever it is", async () => {
    for (const [user, name] of [
      ["core", "gateway-sockchat"],
      ["gateway-originchats", "gateway-sockchat"],
      ["gateway-sockchat", "core"],
      ["operator", "core"],
    ] as const) {
      const says = `DRAGOMAN_NATS_USER, DRAGOMAN_NATS_PASSWORD: at ${nats.url} the user "${user}" may not hear what is answered to ${name}; give the user of ${name}`;
      await assert.rejects(
        Bus.connect({ url: nats.url, name, logger: silent, ...nats.credentials(user) }),
        new OperatorError(says, 1),
      );
    }
  });

  it("names the settings of a user who has no store", async (t) => {
    const credentials = nats.credentials("operator");
    const bus = await Bus.connect({
      url: nats.url,
      name: "operator",
      logger: silent,
      ...credentials,
    });
    t.after(() => bus.close());
    await assert.rejects(bus.ensureStream({ name: "TRIAL" }), {
      name: "OperatorError",
      message: /^DRAGOMAN_NATS_URL, DRAGOMAN_NATS_USER: at .* no JetStream as the user "operator"/,
    });
  });
});
