import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backMs, longestUntried, natsServers } from "./bus-connection.ts";
import { OperatorError } from "./operator-error.ts";

describe("the way back to the bus", () => {
  const waits = (awayMs: number) =>
    Array.from({ length: 100 }, (_, index) => backMs(awayMs, index / 99));

  it("is tried at once by few, and by many over half a second", () => {
    assert.ok(Math.max(...waits(0)) <= 50);
    assert.equal(Math.max(...waits(1_000)), 300);
    for (const awayMs of [2_000, 60_000, 3_600_000]) {
      assert.equal(Math.max(...waits(awayMs)), 500);
      // No twentieth of the time sees more than a few of a hundred.
      const inSlot = new Map<number, number>();
      for (const wait of waits(awayMs)) {
        const slot = Math.floor(wait / 25);
        inSlot.set(slot, (inSlot.get(slot) ?? 0) + 1);
      }
      assert.ok(Math.max(...inSlot.values()) <= 6);
    }
  });
});

describe("of several servers", () => {
  it("the one that was just lost is tried last", () => {
    const lost = { name: "lost", lastConnect: 300 };
    const before = { name: "before", lastConnect: 100 };
    const never = { name: "never", lastConnect: 0 };
    assert.equal(longestUntried([lost, before, never]), never);
    assert.equal(longestUntried([lost, before]), before);
    assert.equal(longestUntried([lost]), lost);
    assert.equal(longestUntried([]), undefined);
  });
});

describe("the address of the bus", () => {
  it("is a list of servers, with or without their scheme", () => {
    assert.deepEqual(natsServers("nats://one:4222, two:4222,tls://three"), [
      "nats://one:4222",
      "nats://two:4222",
      "tls://three",
    ]);
  });

  for (const url of ["http://x", "nats://", "ws://x:1", "nats://x/y", "nats://x:99999", "a,,b"]) {
    it(`is not ${JSON.stringify(url)}`, () => {
      assert.throws(() => natsServers(url), {
        name: "OperatorError",
        exitCode: 2,
        message: /^DRAGOMAN_NATS_URL: ".*" is no address of a NATS server, such as /,
      });
    });
  }

  it("holds no password, and none is printed", () => {
    for (const url of ["nats://core:secret@x:4222", "ws://core:secret@x:4222"]) {
      assert.throws(
        () => natsServers(url),
        (error) => {
          assert.ok(error instanceof OperatorError);
          assert.ok(!error.message.includes("secret"), error.message);
          return true;
        },
      );
    }
  });
});
