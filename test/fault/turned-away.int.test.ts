/**
 * docs/journal.md 3.2: whoever asks is told one thing. What is stored is never told to be refused, however full the store
 * is by then; and what was refused for want of room stays refused, however many tries of it are still under way.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  type Command,
  CommandReply,
  commandId,
  decode,
  encode,
  type GatewayId,
  journalStream,
  operatorGateway,
  subject,
} from "@dragoman/bus-schema";
import { Bus, createLogger } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 20_000;
const { name } = journalStream(community);
const gatewayId = "originchats_test" as GatewayId;

/** Gives the journal other bounds. @returns how many records there were */
async function bound({ operator }: Stack, bounds: (messages: number) => object): Promise<void> {
  const ask = async (verb: string, body: object) => {
    const to = `$JS.API.STREAM.${verb}.${name}`;
    const { data } = await operator.coreBus.request(to, encode(body), { timeoutMs: 20_000 });
    const info = JSON.parse(new TextDecoder().decode(data)) as {
      readonly config: object;
      readonly state: { readonly messages: number };
      readonly error?: unknown;
    };
    assert.equal(info.error, undefined);
    return info;
  };
  const { config, state } = await ask("INFO", {});
  await ask("UPDATE", { ...config, ...bounds(state.messages) });
}

/** Gives a command under that id. @returns the answer; null: there was none */
async function give(
  bus: Bus,
  stack: Stack,
  from: GatewayId,
  id: ReturnType<typeof commandId>,
  body: Command,
): Promise<CommandReply | null> {
  const to = subject.command(community, await stack.operator.term(), from, body.type);
  const envelope = encode({ v: 1, id, waitMs: limitMs, body });
  const answer = await bus.request(to, envelope, { timeoutMs: 700 }).catch(() => null);
  if (answer === null) return null;
  const reply = decode(CommandReply, answer.data);
  assert.ok(reply.ok);
  return reply.value;
}

async function begin(t: TestContext, config: object = {}): Promise<Stack> {
  const stack = await startStack({ config });
  t.after(() => stack.stop());
  return stack;
}

const channel: Command = {
  type: "channel.create",
  kind: "text",
  name: "kept",
  permissions: { view: ["user"], send: ["user"] },
};

test("what was stored before the store was full is never told to be refused", async (t) => {
  const stack = await begin(t);
  const { bus } = stack.operator;
  const id = commandId("operator_stored", 1);
  const again = () => give(bus, stack, operatorGateway, id, channel);
  const first = await again();
  assert.equal(first?.ok, true);
  await bound(stack, (messages) => ({ max_msgs: messages }));
  const other = commandId("operator_other", 1);
  const refused = await eventually(limitMs, "a full store", () =>
    give(bus, stack, operatorGateway, other, { ...channel, name: "other" }),
  );
  assert.deepEqual(refused.ok ? undefined : refused.rejection, { code: "storage_full" });
  assert.equal(await again(), null);
  await bound(stack, () => ({ max_msgs: -1 }));
  const told = await eventually(limitMs, "an answer", again);
  assert.equal(told.ok && told.seq, first?.ok && first.seq);
});

test("what was refused for want of room stays refused when there is room", async (t) => {
  const stack = await begin(t, { storage: { journalBytes: 512 * 1_024 } });
  await stack.add("originchats");
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const bus = await Bus.connect({
    url: stack.nats.url,
    name: "gateway-originchats",
    logger: createLogger("silent", "test"),
    ...stack.nats.credentials("gateway-originchats"),
  });
  t.after(() => bus.close());
  const post = (session: string) =>
    give(bus, stack, gatewayId, commandId(`${gatewayId}-${session}`, 1), {
      type: "typing.start",
      place: { channelId: crypto.randomUUID() },
    } as Command);
  const codeOf = (reply: CommandReply | null) => (reply?.ok === false ? reply.rejection.code : "");
  const filler = { cmd: "message_new", channel: "general", content: "x".repeat(1_900) };
  await eventually(limitMs, "a full journal", async () => "val" in (await ada.ask(filler)));
  assert.equal(codeOf(await post("early")), "storage_full");
  await bound(stack, () => ({ max_bytes: 64 * 1_024 * 1_024 }));
  let later = 0;
  await eventually(limitMs, "room", async () => {
    later += 1;
    return codeOf(await post(`later-${later}`)) === "not_authenticated";
  });
  assert.equal(codeOf(await post("early")), "storage_full");
});
