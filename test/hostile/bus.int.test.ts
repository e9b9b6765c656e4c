/**
 * A stolen password of a service on the bus: what its owner can bring about there. Everything is tried with the real
 * credentials against the server that is used and, where there is one, a second one of another version
 * (`DRAGOMAN_TEST_NATS_CLUSTER`), for versions differ in what they forbid by themselves.
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { NatsUser } from "@dragoman/bin";
import {
  type CommunityId,
  encode,
  type FileId,
  fileStream,
  type GatewayId,
  gatewayKind,
  journalStream,
  operatorGateway,
  type QueryOf,
  type QueryType,
  type Session,
  secretBucket,
  settingsBucket,
  subject,
} from "@dragoman/bus-schema";
import { Bus, ensureJournal, FileStore, readShared, servedFiles } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { community, type NatsServer, natsBinary, secondNatsBinary } from "@dragoman/testing/nats";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection, headers as newHeaders } from "@nats-io/transport-node";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const { name: journal } = journalStream(community);
const { name: files, chunks, metas } = fileStream(community);
const bucket = secretBucket(community);
const shared = settingsBucket(community);
const thieves = ["gateway-originchats", "gateway-sockchat", "operator"] as const;
type Thief = (typeof thieves)[number];

/** The id that a thief asks under: one of its kind. */
const idOf: Readonly<Record<Thief, GatewayId>> = {
  "gateway-originchats": "originchats_thief" as GatewayId,
  "gateway-sockchat": "sockchat_thief" as GatewayId,
  operator: operatorGateway,
};

function signIn(nats: NatsServer, user: NatsUser): Promise<NatsConnection> {
  const { user: name, password } = nats.credentials(user);
  return connect({ servers: nats.url, user: name, pass: password, inboxPrefix: `_INBOX_${user}` });
}

/** What must stand as it stood: how far each stream has come, and what it holds. */
async function stored(stack: Stack) {
  const manager = await jetstreamManager(stack.operator.coreBus.connection);
  const states = await Promise.all(
    [journal, files, `KV_${bucket}`, `KV_${shared}`].map(async (name) => {
      const { messages, last_seq, consumer_count } = (await manager.streams.info(name)).state;
      return { name, messages, last_seq, consumer_count };
    }),
  );
  const names = (await manager.streams.names().next()).sort();
  return { states, names };
}

/** Subjects that nobody but core, the operator or another kind may speak on. */
function forbiddenTo(thief: Thief, term: number): readonly string[] {
  const others = Object.values(idOf).filter((id) => id !== idOf[thief]);
  return [
    subject.journal(community),
    subject.event(community),
    subject.signal(community, "typing"),
    subject.attempt(community),
    subject.cooldown(community),
    subject.alive(community, term),
    ...others.flatMap((id) => [
      subject.command(community, term, id, id === operatorGateway ? "user.add" : "message.post"),
      subject.query(community, id, "moderation.bans"),
      subject.heartbeat(community, id),
      subject.authenticate(community, id),
      subject.file(community, id, "finish", randomUUID() as FileId),
      subject.credential(community, id),
    ]),
    `$KV.${bucket}.credential.${randomUUID()}`,
    `$KV.${bucket}.key.ticket`,
    `$KV.${shared}.shared`,
    `$JS.API.STREAM.PURGE.KV_${shared}`,
    `$JS.API.STREAM.DELETE.KV_${shared}`,
    `$JS.API.STREAM.MSG.DELETE.KV_${shared}`,
    `$JS.API.STREAM.UPDATE.KV_${shared}`,
    `$JS.API.STREAM.MSG.GET.KV_${shared}`,
    `${chunks}.${randomUUID()}`,
    `${metas}.x`,
    `$JS.API.STREAM.PURGE.${journal}`,
    `$JS.API.STREAM.DELETE.${journal}`,
    `$JS.API.STREAM.PURGE.KV_${bucket}`,
    `$JS.API.STREAM.DELETE.KV_${bucket}`,
    `$JS.API.STREAM.DELETE.${files}`,
    `$JS.API.STREAM.MSG.DELETE.${files}`,
    `$JS.API.STREAM.CREATE.EVIL`,
    `$JS.API.STREAM.UPDATE.${journal}`,
    `$JS.API.STREAM.SNAPSHOT.${journal}`,
    `$JS.API.STREAM.MSG.GET.${journal}`,
    `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
    `$JS.API.DIRECT.GET.KV_${bucket}`,
    `$JS.API.CONSUMER.CREATE.${journal}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${journal}.spy`,
    `$JS.API.INFO`,
    "_INBOX_core.1",
    "_INBOX_gateway-originchats.1",
    "_INBOX_gateway-sockchat.1",
    "_R_.1",
  ];
}

/** What a server answers by itself or has core answer, on whatever subject the request names. */
function questions(thief: Thief): readonly { to: string; body: Uint8Array }[] {
  return [
    { to: `$JS.API.DIRECT.GET.${journal}`, body: encode({ seq: 1 }) },
    { to: `$JS.API.DIRECT.GET.${journal}`, body: encode({ seq: 999_999 }) },
    { to: `$JS.API.DIRECT.GET.${files}`, body: encode({ seq: 1 }) },
    { to: `$JS.API.DIRECT.GET.KV_${bucket}`, body: encode({ seq: 1 }) },
    { to: `$JS.API.DIRECT.GET.KV_${shared}`, body: encode({ seq: 1 }) },
    { to: `${chunks}.${randomUUID()}`, body: encode({ hello: 1 }) },
    { to: `$KV.${bucket}.credential.${randomUUID()}`, body: encode({ hello: 1 }) },
    { to: subject.query(community, idOf[thief], "roster.snapshot"), body: rosterQuestion },
    { to: subject.heartbeat(community, idOf[thief]), body: encode({ v: 1, applied: 0 }) },
  ];
}

const rosterQuestion = encode({ v: 1, atLeast: 0, body: { type: "roster.snapshot" } });

/** Resolves when everything that was published before on this connection has had its effect. */
async function settled(stack: Stack, client: NatsConnection, thief: Thief): Promise<void> {
  await client.flush();
  const beat = encode({ v: 1, applied: 0 });
  await client.request(subject.heartbeat(community, idOf[thief]), beat, { timeout: 20_000 });
  await stack.operator.coreBus.flush();
}

async function trialsOn(binary: string): Promise<void> {
  let stack: Stack;
  let ada: OriginchatsClient;
  let ben: SockchatClient;
  let fileId: FileId;
  const clients = new Map<Thief, NatsConnection>();
  const clientOf = (thief: Thief): NatsConnection => {
    const client = clients.get(thief);
    assert.ok(client);
    return client;
  };

  before(async () => {
    const nats = { binary, neighbours: ["beta" as CommunityId] };
    stack = await startStack({ originchats: 1, sockchat: 1, nats });
    ada = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
    ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
    fileId = randomUUID() as FileId;
    await new FileStore(stack.operator.coreBus, community).put(fileId, once("a file"));
    for (const thief of thieves) clients.set(thief, await signIn(stack.nats, thief));
  });
  after(async () => {
    ada?.socket.terminate();
    ben?.socket.terminate();
    for (const client of clients.values()) await client.close();
    await stack?.stop();
  });

  /** Runs an attack and shows that nothing was stored, changed, or heard by core that came from it. */
  async function comesToNothing(
    thief: Thief,
    attack: (client: NatsConnection, forbidden: readonly string[]) => void | Promise<void>,
  ): Promise<void> {
    const { coreBus } = stack.operator;
    const forbidden = forbiddenTo(thief, await stack.operator.term());
    const watched = new Set(forbidden);
    const heard: string[] = [];
    const spy = coreBus.subscribe(`dragoman.v1.${community}.>`, ({ subject: name }) => {
      if (watched.has(name)) heard.push(name);
    });
    const replies: string[] = [];
    const client = clientOf(thief);
    const inbox = client.subscribe(`_INBOX_${thief}.trial.*`, {
      callback: (_error, message) => {
        replies.push(`${message.subject} ${message.string()}`);
      },
    });
    await coreBus.flush();
    const before = await stored(stack);
    await attack(client, forbidden);
    await settled(stack, client, thief);
    spy.unsubscribe();
    inbox.unsubscribe();
    assert.deepEqual(await stored(stack), before);
    assert.deepEqual(heard, []);
    assert.deepEqual(replies, []);
  }

  for (const thief of thieves) {
    it(`${thief}: publishes nothing that is another's, and is answered by no store`, async () => {
      await comesToNothing(thief, (client, forbidden) => {
        for (const [n, to] of forbidden.entries()) {
          client.publish(to, encode({ seq: 1 }), { reply: `_INBOX_${thief}.trial.${n}` });
          const headers = newHeaders();
          headers.set("Nats-Rollup", "all");
          client.publish(to, "{}", { headers, reply: `_INBOX_${thief}.trial.${n}` });
        }
      });
    });

    it(`${thief}: has nothing sent to another's subject by a reply to its own`, async () => {
      await comesToNothing(thief, (client, forbidden) => {
        for (const { to, body } of questions(thief)) {
          for (const reply of forbidden) client.publish(to, body, { reply });
        }
      });
    });

    it(`${thief}: is no other kind of gateway, whatever its id says`, async () => {
      const client = clientOf(thief);
      const own = idOf[thief];
      const term = await stack.operator.term();
      const kind = gatewayKind(own);
      const ids = [...Object.values(idOf), await gatewayOf(ada)];
      for (const id of ids.filter((one) => gatewayKind(one) !== kind)) {
        const root = `dragoman.v1.${community}`;
        const asked = [
          [`${root}.query.${kind}.${id}.roster.snapshot`, rosterQuestion],
          [`${root}.command.${term}.${kind}.${id}.message.post`, rosterQuestion],
          [`${root}.heartbeat.${kind}.${id}`, encode({ v: 1, applied: 0 })],
        ] as const;
        for (const [to, body] of asked) {
          await assert.rejects(client.request(to, body, { timeout: 300 }), to);
        }
      }
    });

    it(`${thief}: hears no command, no secret and no one else's answer`, async () => {
      const client = clientOf(thief);
      const heard: string[] = [];
      for (const from of [">", "*.>", "$KV.>", "$JS.>", "_INBOX_core.>", "_R_.>"]) {
        client.subscribe(from, {
          callback: (error, { subject: name }) => {
            if (!error) heard.push(name);
          },
        });
      }
      await settled(stack, client, thief);
      ben.say("a word");
      await ada.sees("a word");
      await settled(stack, client, thief);
      assert.deepEqual(heard, []);
    });
  }

  /** The gateway of somebody's session, as any gateway may learn it. */
  async function gatewayOf(of: OriginchatsClient): Promise<GatewayId> {
    return (await sessionOf(of.name)).gatewayId;
  }

  async function sessionOf(name: string): Promise<Session> {
    const { users } = await rosterPart({ type: "roster.people", from: 0 });
    const { sessions } = await rosterPart({ type: "roster.snapshot" });
    const user = users.find((one: { name: string }) => one.name === name);
    return sessions.find((one: Session) => one.userId === user.userId);
  }

  async function rosterPart(body: QueryOf<"roster.people" | "roster.snapshot">) {
    const to = subject.query(community, operatorGateway, body.type);
    const question = encode({ v: 1, atLeast: 0, body });
    const { data } = await stack.operator.bus.request(to, question, { timeoutMs: 20_000 });
    return JSON.parse(Buffer.from(data).toString()).body;
  }

  it("a gateway asks nothing in the name of another gateway's session", async () => {
    const victim = await sessionOf("olga");
    const client = clientOf("gateway-sockchat");
    const own = idOf["gateway-sockchat"];
    const asked: readonly (readonly [QueryType, object])[] = [
      ["moderation.bans", {}],
      ["user.addresses", { target: "olga" }],
      ["webhook.list", {}],
      ["audit.summary", {}],
      ["unread.counts", {}],
    ];
    for (const [type, more] of asked) {
      const body = { v: 1, atLeast: 0, sessionId: victim.sessionId, body: { type, ...more } };
      const reply = await answerOf(client, subject.query(community, own, type), encode(body));
      assert.deepEqual(reply, { ok: false, rejection: { code: "not_authenticated" } }, type);
    }
  });

  it("a gateway is told nothing that an operator alone may ask, nor gives an operator's command", async () => {
    const client = clientOf("gateway-sockchat");
    const own = idOf["gateway-sockchat"];
    const [general] = (await rosterPart({ type: "roster.snapshot" })).channels;
    const place = { channelId: general.channelId };
    const asked: readonly (readonly [QueryType, object])[] = [
      ["user.record", { target: "olga" }],
      ["audit.entries", { limit: 1, offset: 0 }],
      ["moderation.bans", {}],
      ["message.one", { place, messageId: "m" }],
      ["message.search", { place, text: "hello", limit: 1 }],
      ["message.matches", { places: [place], text: "hello", limit: 1 }],
      ["message.record", { message: "1" }],
      ["session.list", {}],
    ];
    for (const [type, more] of asked) {
      const body = { v: 1, atLeast: 0, body: { type, ...more } };
      const reply = await answerOf(client, subject.query(community, own, type), encode(body));
      assert.equal(reply["ok"], false, type);
      assert.match(JSON.stringify(reply["rejection"]), /"not_authenticated"|"unknown"/, type);
    }
    const term = await stack.operator.term();
    const bodies = [
      { type: "user.revoke", target: "olga" },
      { type: "message.delete", message: "m" },
      { type: "webhook.delete", webhookId: "w" },
    ] as const;
    for (const body of bodies) {
      const envelope = { v: 1, id: "thief.1", waitMs: 9_000, logged: true, body };
      const to = subject.command(community, term, own, body.type);
      const reply = await answerOf(client, to, encode(envelope));
      assert.deepEqual(reply["rejection"], { code: "not_authenticated" }, body.type);
    }
    const body = { type: "server.signal", signal: "reload" } as const;
    const to = subject.command(community, term, own, body.type);
    const reply = await answerOf(client, to, encode({ v: 1, id: "thief.2", waitMs: 9_000, body }));
    const rejection = { code: "not_permitted", need: "operator", hidden: false };
    assert.deepEqual(reply["rejection"], rejection);
    // What it would look up writes: that is not begun for a gateway.
    const settings = { limits: { messagesPerMinute: 0 } };
    const configure = { type: "server.configure", settings, expected: 0 } as const;
    const by = subject.command(community, term, own, configure.type);
    const wanted = { v: 1, id: "thief.3", waitMs: 9_000, logged: true, body: configure };
    assert.deepEqual((await answerOf(client, by, encode(wanted)))["rejection"], rejection);
    assert.equal(await readShared(stack.operator.coreBus, community), null);
  });

  it("a gateway takes nothing out that an operator takes, and moves nobody in", async () => {
    const victim = await sessionOf("olga");
    const { channels } = await rosterPart({ type: "roster.snapshot" });
    const place = { channelId: channels[0].channelId };
    type Families = "export" | "import" | "invite" | "token" | "trace";
    type Operators = Extract<QueryType, `${Families}.${string}`>;
    const asked: { readonly [T in Operators]: Omit<QueryOf<T>, "type"> } = {
      "export.people": { from: 0 },
      "export.messages": { place, after: 0 },
      "export.votes": { pollId: randomUUID() as QueryOf<"export.votes">["pollId"], after: 0 },
      "export.marks": { userIds: [victim.userId] },
      "export.attachments": {},
      "export.webhooks": {},
      "import.cursors": { source: "originchats" },
      "import.tail": { place },
      "import.present": { identities: [], attachmentIds: [], webhookIds: [] },
      "invite.list": {},
      "token.list": { target: "olga" },
      "trace.record": { ref: "1" },
      "trace.steps": { number: 1, seq: 1 },
    };
    const unknown = { ok: false, rejection: { code: "invalid", field: "query", why: "unknown" } };
    for (const thief of ["gateway-originchats", "gateway-sockchat"] as const) {
      const client = clientOf(thief);
      for (const [type, more] of Object.entries(asked) as [Operators, object][]) {
        const to = subject.query(community, idOf[thief], type);
        const body = { v: 1, atLeast: 0, body: { type, ...more } };
        assert.deepEqual(await answerOf(client, to, encode(body), thief), unknown, type);
        const named = encode({ ...body, sessionId: victim.sessionId });
        assert.deepEqual(await answerOf(client, to, named, thief), unknown, type);
      }
      const command = { type: "import.merge", fromId: victim.userId, intoId: victim.userId };
      const to = subject.command(
        community,
        await stack.operator.term(),
        idOf[thief],
        "import.merge",
      );
      const envelope = { v: 1, id: `${idOf[thief]}.1`, waitMs: 9_000, body: command };
      const reply = await answerOf(client, to, encode(envelope), thief);
      assert.equal(reply["ok"], false, JSON.stringify(reply));
    }
  });

  it("a gateway gives no command in the name of another gateway's session", async () => {
    const victim = await sessionOf("olga");
    const client = clientOf("gateway-sockchat");
    const term = await stack.operator.term();
    const bodies = [
      { type: "user.token" },
      { type: "link.code" },
      { type: "user.revoke" },
      { type: "user.depart", target: "ada" },
    ] as const;
    for (const body of bodies) {
      const id = `${victim.sessionId}.${999_999}`;
      const envelope = {
        v: 1,
        id,
        sessionId: victim.sessionId,
        waitMs: 9_000,
        body,
      };
      const to = subject.command(community, term, idOf["gateway-sockchat"], body.type);
      const reply = await answerOf(client, to, encode(envelope));
      assert.deepEqual(reply["rejection"], { code: "not_authenticated" }, body.type);
    }
  });

  it("a gateway proves nobody for another protocol", async () => {
    const traits = { stands: "everywhere", flood: "close", returnMs: 0, toldMissedWhispers: false };
    const credentials = { scheme: "password", name: "olga", password: "dragoman" };
    const request = { v: 1, protocol: "originchats", traits, address: "192.0.2.1", credentials };
    const to = subject.authenticate(community, idOf["gateway-sockchat"]);
    const reply = await answerOf(clientOf("gateway-sockchat"), to, encode(request));
    assert.equal(reply["ok"], false);
  });

  it("what carries headers of the store is no request", async () => {
    const client = clientOf("gateway-originchats");
    const id = idOf["gateway-originchats"];
    const asked = [
      { to: subject.query(community, id, "roster.snapshot"), body: rosterQuestion },
      { to: subject.heartbeat(community, id), body: encode({ v: 1, applied: 0 }) },
      { to: subject.file(community, id, "describe", fileId), body: new Uint8Array() },
    ];
    for (const { to, body } of asked) {
      await client.request(to, body, { timeout: 20_000 });
      for (const name of ["Nats-Stream", "Nats-Sequence"]) {
        const headers = newHeaders();
        headers.set(name, "1");
        await assert.rejects(client.request(to, body, { timeout: 300, headers }), `${to} ${name}`);
      }
    }
  });

  it("a gateway neither replaces nor spoils a file, and reads none whose id it does not know", async () => {
    const store = new FileStore(stack.operator.coreBus, community);
    const known = await store.describe(fileId);
    const bus = await Bus.connect({
      ...stack.nats.credentials("gateway-originchats"),
      url: stack.nats.url,
      name: "gateway-originchats",
      logger: silent,
    });
    try {
      const through = servedFiles(bus, community, idOf["gateway-originchats"]);
      await assert.rejects(through.put(fileId, once("another")), /wrong last sequence/);
      assert.deepEqual(await through.describe(fileId), known);
      assert.ok(known);
      assert.equal(await textOf(through.bytes(known, 0, known.size)), "a file");
      const stranger = { ...known, fileId: randomUUID() as FileId };
      await assert.rejects(textOf(through.bytes(stranger, 0, known.size)), /not given/);
      const theirs = randomUUID() as FileId;
      const put = await through.put(theirs, once("mine"));
      assert.equal(await textOf(through.bytes(put, 0, put.size)), "mine");
      await store.remove(theirs);
    } finally {
      await bus.close();
    }
  });

  it("nobody comes in without a password", async () => {
    await assert.rejects(connect({ servers: stack.nats.url, reconnect: false }));
  });

  it("one community's core has no hold on another community", async () => {
    const neighbour = "beta" as CommunityId;
    const { password } = stack.nats.credentials("core");
    const at = { url: stack.nats.url, password, logger: silent };
    const beta = await Bus.connect({ ...at, user: "core-beta", name: "core" });
    const { coreBus } = stack.operator;
    try {
      await ensureJournal(beta, neighbour);
      const secret = await beta.bucket(secretBucket(neighbour), 10_000);
      await secret.put("key.ticket", "a key");
      await jetstream(beta.connection).publish(subject.journal(neighbour), "a record");
      const manager = await jetstreamManager(coreBus.connection, { timeout: 20_000 });
      const name = journalStream(neighbour).name;
      const key = { seq: 1 };
      await assert.rejects(manager.streams.purge(name), /stream not found/);
      await assert.rejects(manager.streams.delete(name), /stream not found/);
      const bucketOf = `KV_${secretBucket(neighbour)}`;
      await assert.rejects(manager.streams.getMessage(bucketOf, key), /stream not found/);
      let heard = 0;
      beta.subscribe(`dragoman.v1.${neighbour}.>`, () => {
        heard += 1;
      });
      await beta.flush();
      coreBus.publish(subject.event(neighbour), encode({}));
      coreBus.publish(subject.heartbeat(neighbour, operatorGateway), encode({}));
      await coreBus.flush();
      await beta.flush();
      assert.equal(heard, 0);
      const theirs = await jetstreamManager(beta.connection, { timeout: 20_000 });
      assert.equal((await theirs.streams.info(name)).state.messages, 1);
      assert.deepEqual(await theirs.streams.names().next(), [name, bucketOf].sort());
    } finally {
      await beta.close();
    }
  });

  it("and everybody talks on, over a journal that core alone has written", async () => {
    ada.say("general", "still here");
    await ben.sees("still here");
    const records = await readJournal(stack.operator.coreBus);
    for (const [index, { batch }] of records.entries()) {
      assert.equal(batch.prev, records[index - 1]?.batch.id ?? "");
    }
  });
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** The answer of core to a gateway, past its word that the question is taken. */
function answerOf(
  client: NatsConnection,
  to: string,
  body: Uint8Array,
  of: Thief = "gateway-sockchat",
): Promise<{ readonly [field: string]: unknown }> {
  return new Promise((resolve, reject) => {
    const reply = `_INBOX_${of}.${randomUUID()}`;
    const timer = setTimeout(() => reject(new Error(`${to}: no answer`)), 5_000);
    const answers = client.subscribe(reply, {
      callback: (error, message) => {
        if (error === null && message.data.length === 0) return;
        clearTimeout(timer);
        answers.unsubscribe();
        if (error === null) resolve(message.json());
        else reject(error);
      },
    });
    client.publish(to, body, { reply });
  });
}

const second = await secondNatsBinary();
const first = await natsBinary();
describe("a stolen password on the bus", () => trialsOn(first));
if (second !== undefined) {
  describe("a stolen password on the bus of another server", () => trialsOn(second));
}
