import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silent } from "@dragoman/testing/logger";
import fc from "fast-check";
import { JournalClock } from "./clock.ts";

const dayMs = 86_400_000;
const lookMs = 250;

/** A machine: what lasts, and what its wall clock says. */
class Machine {
  steadyMs = 5_000;
  wallMs = 1_800_000_000_000;
  readonly clock = new JournalClock(silent, {
    wallMs: () => this.wallMs,
    monotonicMs: () => this.steadyMs,
  });

  /** Time passes, and the clock is looked at as a leader does. `rate`: how fast the wall clock runs. */
  pass(ms: number, rate = 1): void {
    for (let left = ms; left > 0; left -= lookMs) {
      const step = Math.min(lookMs, left);
      this.steadyMs += step;
      this.wallMs += step * rate;
      this.clock.steer();
    }
  }
}

/** A machine that leads behind a record of the time `lastMs`. */
function leading(lastMs = 0): Machine {
  const machine = new Machine();
  machine.clock.lead(lastMs);
  return machine;
}

function near(value: number, wanted: number, withinMs: number): void {
  assert.ok(Math.abs(value - wanted) <= withinMs, `${value - wanted} from ${wanted}`);
}

describe("the journal's time", () => {
  it("is the wall clock's where nothing is wrong", () => {
    const machine = leading();
    machine.pass(600_000);
    assert.equal(machine.clock.nowMs(0), machine.wallMs);
    assert.equal(machine.clock.warning, undefined);
  });

  it("goes on from a journal that is a day ahead, as fast as real time does", () => {
    const machine = leading();
    const lastMs = machine.wallMs + dayMs;
    machine.clock.lead(lastMs);
    machine.pass(60_000);
    near(machine.clock.nowMs(lastMs), lastMs + 60_000, 2_000);
    assert.match(machine.clock.warning ?? "", /s behind the journal's time/);
  });

  it("is hardly moved by a clock that is set for less than a minute", () => {
    for (const jumpMs of [-dayMs, -60_000, -10_000, 10_000, 60_000, dayMs]) {
      const machine = leading();
      const beganMs = machine.clock.nowMs(0);
      machine.wallMs += jumpMs;
      machine.pass(50_000);
      near(machine.clock.nowMs(0), beganMs + 50_000, 50_000 / 32 + 1);
      machine.wallMs -= jumpMs;
      machine.pass(100_000);
      near(machine.clock.nowMs(0), machine.wallMs, 1);
    }
  });

  it("follows a clock that is ahead for good, as after a sleep, and never goes back for one behind", () => {
    const machine = leading();
    machine.wallMs += dayMs;
    machine.pass(61_000);
    near(machine.clock.nowMs(0), machine.wallMs, 2_500);
    machine.pass(100_000);
    assert.equal(machine.clock.nowMs(0), machine.wallMs);
    const before = machine.clock.nowMs(0);
    machine.wallMs -= dayMs;
    machine.pass(600_000);
    near(machine.clock.nowMs(0), before + 600_000, 20_000);
  });

  it("comes back to a clock that drifts", () => {
    const machine = leading();
    machine.pass(600_000, 1.02);
    near(machine.clock.nowMs(0), machine.wallMs, 10);
    machine.pass(600_000, 0.98);
    near(machine.clock.nowMs(0), machine.wallMs, 10);
  });

  it("is handed on to a standby, whatever its own clock says", () => {
    for (const wrongMs of [-dayMs, -60_000, 60_000, dayMs]) {
      const leader = leading();
      const standby = new Machine();
      standby.wallMs += wrongMs;
      standby.clock.heard(leader.clock.time(0), standby.steadyMs - 4, standby.steadyMs);
      near(standby.clock.nowMs(0), leader.clock.nowMs(0), 2);
      assert.match(standby.clock.warning ?? "", wrongMs > 0 ? /ahead of the l/ : /behind the l/);
      standby.pass(5_000);
      standby.clock.lead(0);
      standby.pass(30_000);
      near(standby.clock.nowMs(0), leader.clock.nowMs(0) + 35_000, 1_100);
    }
  });

  it("never lies before a record, and rises with real time whatever the clock does", () => {
    const jump = fc.integer({ min: -2 * dayMs, max: 2 * dayMs });
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, fc.nat(50_000)), { maxLength: 20 }), (acts) => {
        const machine = leading();
        let lastMs = 0;
        for (const [byMs, restMs] of acts) {
          machine.wallMs += byMs;
          machine.pass(restMs);
          const nowMs = machine.clock.nowMs(lastMs);
          if (nowMs < lastMs) return false;
          // One that ran the whole while loses one part in 32 at most.
          if (lastMs !== 0 && nowMs - lastMs < restMs - restMs / 32 - 10) return false;
          lastMs = nowMs;
        }
        return true;
      }),
    );
  });
});
