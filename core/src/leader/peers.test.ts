import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Peers } from "./peers.ts";

const of = (level: number) => ({ level, version: `0.${level}.0`, rhythm: {} });

describe("the processes that a leader hears of", () => {
  it("lack nothing from when the last that does was heard", () => {
    const peers = new Peers(3, 1_000, 0);
    assert.equal(peers.knownForMs(500), 500);
    peers.heard("gateway", of(3), 600);
    assert.equal(peers.knownForMs(600), 600);
    peers.heard("old", of(2), 700);
    peers.heard("older", undefined, 800);
    assert.equal(peers.knownForMs(1_000), 200);
    peers.heard("newer", of(4), 1_100);
    assert.equal(peers.knownForMs(5_000), 4_200);
    peers.interrupted(6_000);
    assert.equal(peers.knownForMs(6_100), 100);
  });

  it("are forgotten when they are silent, and are no more than are bounded", () => {
    const peers = new Peers(2, 1_000, 0);
    assert.equal(peers.heard("b", of(2), 0), true);
    assert.equal(peers.heard("a", undefined, 500), true);
    assert.equal(peers.heard("b", of(2), 800), false);
    assert.deepEqual(
      peers.present(1_600).map(({ name }) => name),
      ["b"],
    );
    for (let n = 0; n < 11_000; n += 1) peers.heard(`made up ${n}`, undefined, 1_700);
    assert.equal(peers.present(1_700).length, 10_000);
  });
});
