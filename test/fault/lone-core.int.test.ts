import assert from "node:assert/strict";
import { test } from "node:test";
import { elapse } from "@dragoman/testing/deadline";
import { eventsOf, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, startStack } from "../support/stack.ts";

/** As 15 s are to a stop of 20 s. */
const gatewayMs = 2_250;
const stoppedMs = 3_000;

/**
 * docs/journal.md 4.6: a leader counts a gateway's silence only over time in which it could have heard it. A lone
 * core that stood still longer than gateways may be silent must not take its own absence for theirs.
 */
test("nobody is logged out when a lone core stood still longer than gateways may be silent", async (t) => {
  const stack = await startStack({
    processes: ["core"],
    config: { journal: { gatewayMs, letGoMs: gatewayMs - 1 } },
  });
  t.after(() => stack.stop());
  // Not so the gateways: nobody would be left whom the core could log out when it wakes.
  const patient = { config: { journal: { gatewayMs } } };
  await stack.add("originchats", patient);
  await stack.add("sockchat", patient);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const core = asProcess(stack.cores[0]);

  core.suspend();
  await elapse(stoppedMs);
  core.resume();
  ada.say("general", "still here?");
  await ben.sees("still here?", 10_000);
  // Whatever is going to be closed for a silence that began before the stop would be closed by now.
  await elapse(gatewayMs + 500);
  ben.say("still here");
  await ada.sees("still here", 10_000);

  assert.ok(ada.isOpen && ben.isOpen);
  const ended = eventsOf(await readJournal(stack.operator.coreBus)).filter(({ type }) =>
    ["session.closed", "session.dropped", "presence.ended"].includes(type),
  );
  assert.deepEqual(ended, []);
  assert.equal(
    ada.log.entries.filter(({ cmd }) => cmd === "user_disconnect").length +
      ben.log.entries.filter(([id]) => id === "3").length,
    0,
  );
});
