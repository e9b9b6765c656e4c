/** docs/journal.md 4.6: a session that no gateway has a socket for ends, and nobody else's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AuthenticateReply,
  CommandReply,
  commandId,
  decode,
  encode,
  type GatewayId,
  type SessionId,
  subject,
} from "@dragoman/bus-schema";
import { Bus, createLogger } from "@dragoman/service-kit";
import { community } from "@dragoman/testing/nats";
import { eventsOf, watchJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, startStack } from "../support/stack.ts";

const gatewayId = "originchats_1" as GatewayId;
const zombie = "z".repeat(32) as SessionId;
const traits = { stands: "everywhere", flood: "close", returnMs: 0, toldMissedWhispers: false };

test("a session that a gateway never heard of ends by comparison, and the gateway's own go on", async (t) => {
  const stack = await startStack({
    nats: { gatewayIds: { originchats: gatewayId, sockchat: "sockchat_1" as GatewayId } },
  });
  t.after(() => stack.stop());
  await stack.add("originchats", { gatewayId });
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await OriginchatsClient.signIn(portOf(stack.originchats), "ben");
  const journal = watchJournal(stack.operator.bus);

  const name = "gateway-originchats";
  const { user, password } = stack.nats.credentials(name);
  const logger = createLogger("silent", "test");
  const bus = await Bus.connect({ url: stack.nats.url, user, password, name, logger });
  t.after(() => bus.close());
  const ask = async (to: string, body: unknown): Promise<Uint8Array> =>
    (await bus.request(to, encode(body), { timeoutMs: 10_000 })).data;
  const proof = decode(
    AuthenticateReply,
    await ask(subject.authenticate(community, gatewayId), {
      v: 1,
      protocol: "originchats",
      traits,
      address: "127.0.0.1",
      credentials: { scheme: "password", name: "mona", password: "dragoman" },
    }),
  );
  assert.ok(proof.ok && proof.value.ok);
  const term = await stack.operator.term();
  const { ticket } = proof.value;
  const body = { type: "session.open", ticket, protocol: "originchats" } as const;
  const opened = decode(
    CommandReply,
    await ask(subject.command(community, term, gatewayId, body.type), {
      v: 1,
      id: commandId(zombie, 1),
      sessionId: zombie,
      deadlineMs: Date.now() + 15_000,
      body,
    }),
  );
  assert.ok(opened.ok && opened.value.ok);
  await ada.next("user_connect", (packet) => JSON.stringify(packet).includes("mona"));
  await journal.until("the end of the session", (records) =>
    eventsOf(records).some(
      (event) => event.type === "session.closed" && event.session.sessionId === zombie,
    ),
  );
  await ada.next("user_disconnect");
  assert.ok(ada.isOpen && ben.isOpen);
  const ended = eventsOf(journal.entries).filter(({ type }) => type === "session.closed");
  assert.equal(ended.length, 1);
});
