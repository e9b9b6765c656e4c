/**
 * docs/journal.md 3.2: an append that was sent and not answered may be stored late, by a server or a link that has it in
 * hand. Where the store takes nothing no later record fences it off: what it holds is unknown, and not refused.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandEnvelope, decode, encode, journalStream, subject } from "@dragoman/bus-schema";
import { eventually, within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { startProxy } from "../support/proxy.ts";
import { furnish, portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 20_000;
const { name } = journalStream(community);

/** Gives the journal room for so many records more. */
async function boundTo({ operator }: Stack, more: number | undefined): Promise<void> {
  const ask = async (verb: string, body: object) => {
    const to = `$JS.API.STREAM.${verb}.${name}`;
    const { data } = await operator.coreBus.request(to, encode(body), { timeoutMs: 20_000 });
    return JSON.parse(new TextDecoder().decode(data)) as {
      readonly config: object;
      readonly state: { readonly messages: number };
      readonly error?: unknown;
    };
  };
  const { config, state } = await ask("INFO", {});
  const max_msgs = more === undefined ? -1 : state.messages + more;
  assert.equal((await ask("UPDATE", { ...config, max_msgs })).error, undefined);
}

test("what a leader's late append may hold is not refused by the next one for want of room", async (t) => {
  const stack = await startStack({ cores: 0, config: { journal: { tryMs: 200 } } });
  const link = await startProxy(stack.nats.port);
  t.after(async () => {
    link.resume();
    await stack.stop();
    await link.stop();
  });
  await stack.add("core", { natsUrl: link.url });
  await furnish(stack.operator);
  await stack.add("core");
  await stack.add("originchats");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await OriginchatsClient.signIn(portOf(stack.originchats), "ben");
  await ada.ask({ cmd: "ping" });

  // The leader hears the message, and what it sends from there on stands in the link.
  const hung = new Promise<void>((resolve) => {
    link.drop(({ subject: to, payload }) => {
      if (to.includes(".command.") && Buffer.from(payload).includes('"late"')) {
        setImmediate(() => {
          link.hang();
          resolve();
        });
      }
      return false;
    });
  });
  let tries = 0;
  stack.operator.coreBus.subscribe(
    subject.commandsOf(community, await stack.operator.term()),
    ({ data }) => {
      const envelope = decode(CommandEnvelope, data);
      const isLate = envelope.ok && JSON.stringify(envelope.value.body).includes('"late"');
      if (isLate) tries = envelope.value.tries ?? 0;
    },
  );
  await boundTo(stack, 0);
  ada.say("general", "late");
  await within(limitMs, "the message at the leader", hung);
  // The next one serves, without room for a term of its own.
  await stack.operator.term();
  const refused = await ben.ask({ cmd: "message_new", channel: "general", content: "meanwhile" });
  assert.match(JSON.stringify(refused), /storage is full/);
  const before = tries;
  const isRefused = (): boolean => JSON.stringify(ada.log.entries).includes("storage is full");
  await eventually(limitMs, "two tries more", () => tries >= before + 2 || isRefused());
  await boundTo(stack, undefined);
  link.resume();

  await ada.sees("late", limitMs);
  await ben.sees("late", limitMs);
  assert.equal(isRefused(), false);
  assert.deepEqual(postedTexts(await readJournal(stack.operator.coreBus)), ["late"]);
});
