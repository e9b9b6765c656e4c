import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CommandReply,
  commandId,
  decode,
  encode,
  operatorGateway,
  subject,
} from "@dragoman/bus-schema";
import { elapse, eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { watchJournal } from "../support/journal.ts";
import { asProcess, startStack } from "../support/stack.ts";
import { Transcript } from "../support/transcript.ts";

const stoppedMs = 4_000;
const perTick = 20;
const tickMs = 10;

/**
 * docs/journal.md 2.5: a leader without authority answers nothing, not even a rejection, which needs no append
 * and so no fence. It wakes with thousands of commands in its socket, decided by a state that is long passed.
 */
test("a leader that stood still for 4 s under a load of rejections gives none of its old term", async (t) => {
  const stack = await startStack({ cores: 2, processes: ["core"], empty: true });
  t.after(() => stack.stop());
  const { bus } = stack.operator;
  const leader = asProcess(stack.cores[0]);
  const oldTerm = await stack.operator.term();
  const journal = watchJournal(bus);

  const replies = new Transcript<CommandReply>("load", (reply) => JSON.stringify(reply));
  bus.connection.subscribe("_INBOX_operator.load", {
    callback: (_error, message) => {
      const reply = decode(CommandReply, message.data);
      // What nobody serves is answered by the server itself, without a body.
      if (reply.ok) replies.push(reply.value);
    },
  });
  let sent = 0;
  const load = setInterval(() => {
    for (let i = 0; i < perTick; i += 1) {
      sent += 1;
      const body = { type: "user.depart", target: "nobody" } as const;
      const id = commandId(`load_${sent}`, 1);
      const to = subject.command(community, oldTerm, operatorGateway, body.type);
      bus.connection.publish(to, encode({ v: 1, id, waitMs: 60_000, body }), {
        reply: "_INBOX_operator.load",
      });
    }
  }, tickMs);
  t.after(() => clearInterval(load));

  await replies.until("a flow of rejections", (all) => all.length > 500);
  assert.ok(replies.entries.every((reply) => !reply.ok && reply.term === oldTerm));
  leader.suspend();
  const stoppedAt = performance.now();
  const { seq: newTerm } = await journal.next(
    "a new leader",
    ({ batch }) => batch.commits.some(({ events }) => events[0]?.type === "leader.started"),
    10_000,
  );
  // What the old leader had written before it was stopped is here by now.
  await bus.flush();
  const mark = replies.length;
  await elapse(stoppedMs - (performance.now() - stoppedAt));
  leader.resume();
  await eventually(10_000, "the old leader to step down", async () => {
    return (await leader.metric("dragoman_core_leading")) === 0;
  });
  clearInterval(load);
  await bus.flush();

  const late = replies.since(mark).filter((reply) => reply.term < newTerm);
  assert.equal(late.length, 0, `answers of the old term: ${late.length}`);
  assert.equal(await stack.operator.term(), newTerm);
  await leader.ready();
  t.diagnostic(`${mark} rejections before the stop, ${sent} commands sent`);
});
