/**
 * docs/journal.md 1.6: how long somebody waits for a command is a duration. One that waited too long is answered and
 * counted, and a command of an older gateway, which says a time of its own clock instead, is decided all the same.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type Command,
  CommandReply,
  commandId,
  decode,
  encode,
  operatorGateway,
  subject,
} from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { asProcess, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
let count = 0;

before(async () => {
  stack = await startStack({ processes: ["core"], empty: true });
});
after(() => stack?.stop());

/** Gives a command as it is written here. @returns what the leader answers */
async function give(body: Command, limits: object, id = nextId()): Promise<CommandReply> {
  const term = await stack.operator.term();
  const to = subject.command(community, term, operatorGateway, body.type);
  const { data } = await stack.operator.bus.request(to, encode({ v: 1, id, ...limits, body }), {
    timeoutMs: 20_000,
  });
  const reply = decode(CommandReply, data);
  assert.ok(reply.ok);
  return reply.value;
}

function nextId() {
  count += 1;
  return commandId(`operator_${count}`, 1);
}

const channel = (name: string): Command => ({
  type: "channel.create",
  kind: "text",
  name,
  permissions: { view: ["user"], send: ["user"] },
});

test("an older gateway's command is decided, whatever its clock says", async () => {
  for (const deadlineMs of [0, Date.now() - 60_000, Date.now() + 15_000, Number.MAX_SAFE_INTEGER]) {
    const reply = await give(channel(`old-${deadlineMs}`), { deadlineMs });
    assert.equal(reply.ok, true, JSON.stringify(reply));
  }
});

test("a command for which nobody waits any more is refused, counted, and stays refused", async () => {
  const id = nextId();
  const busy = { code: "busy", waitMs: 1_000 };
  const reply = await give(channel("late"), { waitMs: 0 }, id);
  assert.deepEqual(reply.ok ? undefined : reply.rejection, busy);
  // A try that was still under way does not bring about what was refused.
  const again = await give(channel("late"), { waitMs: 10_000 }, id);
  assert.deepEqual(again.ok ? undefined : again.rejection, busy);
  const late = 'dragoman_core_commands_total{type="channel.create",outcome="late"}';
  assert.equal(await asProcess(stack.cores[0]).metric(late), 1);
  assert.equal((await give(channel("late"), { waitMs: 10_000 })).ok, true);
});

test("what was done in time is told at every later try", async () => {
  const id = nextId();
  const first = await give(channel("in-time"), { waitMs: 10_000 }, id);
  assert.equal(first.ok, true);
  assert.deepEqual(await give(channel("in-time"), { waitMs: 0 }, id), first);
});
