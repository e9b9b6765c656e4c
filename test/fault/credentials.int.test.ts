import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  fileStream,
  type GatewayId,
  journalStream,
  operatorGateway,
  secretBucket,
  subject,
} from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection, PermissionViolationError } from "@nats-io/transport-node";
import { type Stack, startStack } from "../support/stack.ts";
import { Transcript } from "../support/transcript.ts";

const own = "originchats_1" as GatewayId;
const other = "sockchat_1" as GatewayId;
const { name: journal } = journalStream(community);
const { name: files } = fileStream(community);
const secrets = `KV_${secretBucket(community)}`;

let stack: Stack;
let connection: NatsConnection;
const refusals = new Transcript<string>("refusals", (text) => text);

before(async () => {
  stack = await startStack({
    empty: true,
    nats: { gatewayIds: { originchats: own, sockchat: other } },
  });
  const { user, password } = stack.nats.credentials("gateway-originchats");
  connection = await connect({
    servers: stack.nats.url,
    user,
    pass: password,
    inboxPrefix: `_INBOX_${user}`,
  });
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      refusals.push(`${status.error.operation} ${status.error.subject}`);
    }
  })();
});

after(async () => {
  await connection.close();
  await stack.stop();
});

test("a core of another community than its account's ends in one sentence, and makes nothing there", async () => {
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  const names = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const name of manager.streams.names()) found.push(name);
    return found.sort();
  };
  const before = await names();
  await assert.rejects(stack.add("core", { config: { community: "other" } }), {
    name: "OperatorError",
    message:
      /^DRAGOMAN_COMMUNITY is other, and the account of the NATS user "core" is not for that community \(it holds main\): /,
  });
  assert.deepEqual(await names(), before);
});

/** docs/journal.md 4.2: whoever may create a consumer can make the server publish old records on any subject. */
test("a gateway's credentials create no consumer on the journal", async () => {
  const delivery = subject.event(community);
  const body = JSON.stringify({
    stream_name: journal,
    config: { deliver_subject: delivery, ack_policy: "none", deliver_policy: "all" },
  });
  for (const action of ["CREATE", "DURABLE.CREATE"]) {
    const to = `$JS.API.CONSUMER.${action}.${journal}${action === "CREATE" ? "" : ".spy"}`;
    connection.publish(to, body, { reply: `_INBOX_gateway-originchats.consumer` });
    await refusals.next(`refusal of ${to}`, (text) => text === `publish ${to}`);
  }
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  assert.equal((await manager.streams.info(journal)).state.consumer_count, 0);
});

/** docs/journal.md 4.2, DESIGN: only core publishes to the journal, to events and to signals. */
test("a gateway's credentials publish nothing that is core's, the operator's or another gateway's", async () => {
  const heard: string[] = [];
  stack.operator.coreBus.subscribe(`dragoman.v1.${community}.>`, (message) => {
    if (message.data.length === 6) heard.push(message.subject);
  });
  await stack.operator.coreBus.flush();
  const term = await stack.operator.term();
  const forbidden = [
    subject.event(community),
    subject.journal(community),
    subject.signal(community, "typing"),
    subject.command(community, term, other, "message.post"),
    subject.command(community, term, operatorGateway, "user.add"),
    subject.heartbeat(community, other),
    subject.attempt(community),
    "_INBOX_gateway-sockchat.1",
    "_INBOX_core.1",
    `$JS.API.STREAM.PURGE.${journal}`,
    `$JS.API.STREAM.MSG.GET.${journal}`,
    `$JS.API.STREAM.MSG.GET.${secrets}`,
    `$JS.API.DIRECT.GET.${secrets}`,
    `$KV.${secretBucket(community)}.key.ticket`,
    `$JS.API.STREAM.PURGE.${files}`,
    `$JS.API.STREAM.MSG.GET.${files}`,
    `$JS.API.CONSUMER.CREATE.${files}`,
    `$O.FILES_another.C.x`,
  ];
  for (const to of forbidden) {
    connection.publish(to, "forged");
    await refusals.next(`refusal of ${to}`, (text) => text === `publish ${to}`);
  }
  // A last word that is allowed proves that everything before it would have been heard.
  connection.publish(subject.heartbeat(community, own), "passes");
  await connection.flush();
  await stack.operator.coreBus.flush();
  assert.deepEqual(heard, [subject.heartbeat(community, own)]);
});

test("a gateway's credentials hear no commands and no one else's answers", async () => {
  for (const from of [
    `dragoman.v1.${community}.command.>`,
    subject.authentications(community),
    "_INBOX_core.>",
    "_INBOX_gateway-sockchat.>",
    ">",
  ]) {
    connection.subscribe(from, { callback: () => undefined });
    await refusals.next(`refusal of ${from}`, (text) => text === `subscription ${from}`);
  }
});

test("a gateway's credentials read the journal by direct get", async () => {
  const reply = await connection.request(
    `$JS.API.DIRECT.GET.${journal}`,
    JSON.stringify({ seq: 1 }),
    { timeout: 20_000 },
  );
  assert.equal(reply.headers?.get("Nats-Sequence"), "1");
});

/** Files have routes on OriginChats alone. */
test("a Sock Chat gateway's credentials write no file and read none", async () => {
  const { user, password } = stack.nats.credentials("gateway-sockchat");
  const other = await connect({
    servers: stack.nats.url,
    user,
    pass: password,
    inboxPrefix: `_INBOX_${user}`,
  });
  const { chunks, metas, name } = fileStream(community);
  const refused = new Transcript<string>("refusals", (text) => text);
  void (async () => {
    for await (const status of other.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      refused.push(status.error.subject);
    }
  })();
  for (const to of [`${chunks}.x`, `${metas}.x`, `$JS.API.DIRECT.GET.${name}`]) {
    other.publish(to, "forged");
    await refused.next(`refusal of ${to}`, (text) => text === to);
  }
  await other.close();
});
