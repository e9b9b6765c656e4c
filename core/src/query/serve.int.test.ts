import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  type AnswerOf,
  type CommunityId,
  commandId,
  decode,
  type Event,
  encode,
  type GatewayId,
  operatorGateway,
  type Query,
  QueryReply,
  queryShapes,
  type SessionId,
  subject,
} from "@dragoman/bus-schema";
import {
  type Bus,
  createRegistry,
  type FeedRecord,
  loadConfig,
  PackedMap,
  packedForm,
  rosterDigest,
} from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { openNats } from "@dragoman/testing/nats";
import { channelId, sessionId, userId } from "@dragoman/testing/people";
import { posted, record } from "@dragoman/testing/record";
import { answered, unserved } from "@dragoman/testing/served";
import { community, settle, signIn, standing } from "@dragoman/testing/state";
import { History } from "../history/history.ts";
import { Secrets } from "../identity/secrets.ts";
import { coreMetrics } from "../metrics.ts";
import { enterSession } from "../state/session.ts";
import type { State } from "../state/shape.ts";
import { CoreTrace } from "../trace.ts";
import { serveQueries } from "./serve.ts";

const main = "main" as CommunityId;
const { config } = loadConfig({});
/** The gateway of every session here. */
const home = "gateway" as GatewayId;
let core: Bus;
let gateway: Bus;
let secrets: Secrets;
let state: State;
let replica: ReturnType<typeof standing>;
let history: History;
let served: { stop(): void };
let ada: SessionId;
let mona: SessionId;

openNats(async (nats) => {
  core = await nats.connect("core");
  gateway = await nats.connect("gateway");
  secrets = await Secrets.open(core, main);
});

beforeEach(async () => {
  state = community();
  settle(state, "ada");
  settle(state, "mona", { roles: "moderator" });
  ada = signIn(state, "ada");
  mona = signIn(state, "mona");
  replica = standing(state, 3);
  history = await History.open({
    path: ":memory:",
    logger: silent,
    gatherMs: 25,
    onFatal: (error) => assert.fail(error),
    onRewound: (why) => assert.fail(why),
  });
  for (const seq of [1, 2, 3]) history.apply(record(seq, posted(seq, { channelId: channelId(1) })));
  served = serveQueries({
    trace: new CoreTrace(),
    bus: core,
    community: main,
    replica,
    history,
    secrets,
    config,
    logger: silent,
    status: () => assert.fail("nobody asks for it"),
    metrics: coreMetrics(createRegistry()),
  });
  await core.flush();
});

afterEach(async () => {
  served.stop();
  await history.close();
});

async function ask(
  body: Query,
  session?: SessionId,
  atLeast = 3,
  gatewayId = home,
): Promise<QueryReply> {
  const envelope = {
    v: 1,
    atLeast,
    body,
    ...(session === undefined ? {} : { sessionId: session }),
  };
  const reply = await gateway.request(subject.query(main, gatewayId, body.type), encode(envelope), {
    timeoutMs: 20_000,
  });
  const decoded = decode(QueryReply, reply.data);
  assert.ok(decoded.ok);
  return decoded.value;
}

const pageOf = (n: number): Query => ({
  type: "message.page",
  place: { channelId: channelId(n) },
  limit: 2,
});
const refusal = (code: string, more: object = {}) => ({
  ok: false,
  rejection: { code, ...more },
});

test("a roster starts from a snapshot with its place in the journal, without a session", async () => {
  const reply = await ask({ type: "roster.snapshot" });
  assert.ok(reply.ok);
  assert.equal(reply.through, 3);
  const body = queryShapes["roster.snapshot"].answer.parse(reply.body);
  assert.deepEqual([body.lastId, body.lastAt, body.term], ["record-3", 1_700_000_000_000, 1]);
  assert.deepEqual(
    body.sessions.map((session) => [session.userId, session.dropped]),
    [
      [userId("ada"), false],
      [userId("mona"), false],
    ],
  );
});

test("people come in pages, and one that is known already is not sent", async () => {
  const page = async (from: number, digest?: string) => {
    const reply = await ask({ type: "roster.people", from, ...(digest ? { digest } : {}) });
    assert.ok(reply.ok);
    return queryShapes["roster.people"].answer.parse(reply.body).users;
  };
  const snapshot = async (paged: object) => {
    const reply = await ask({ type: "roster.snapshot", ...paged });
    assert.ok(reply.ok);
    return queryShapes["roster.snapshot"].answer.parse(reply.body);
  };
  const { people = 0, users } = await snapshot({ paged: true });
  const all = (await page(0)) ?? [];
  assert.equal(all.length, people);
  assert.equal(users, undefined);
  // A gateway of the version before knows no pages.
  assert.deepEqual((await snapshot({})).users, all);
  assert.deepEqual(await page(1), all.slice(1));
  assert.deepEqual(await page(people), []);
  assert.equal(await page(0, rosterDigest(all)), undefined);
  assert.deepEqual(await page(0, rosterDigest(all.slice(1))), all);
});

test("people come packed to whoever reads the form, with all that is so of them", async () => {
  const silenced = { userId: userId("mona"), untilMs: 2e12 };
  state.silences.set(silenced.userId, silenced);
  const ada = state.people.get(userId("ada"));
  assert.ok(ada);
  state.people.set(userId("ada"), { ...ada, departed: true });
  const page = async (more: object) => {
    const reply = await ask({ type: "roster.people", from: 0, ...more });
    assert.ok(reply.ok);
    return queryShapes["roster.people"].answer.parse(reply.body);
  };
  const { users = [] } = await page({ form: packedForm + 1 });
  const { packed } = await page({ form: packedForm });
  assert.ok(packed);
  const map = new PackedMap<string, object>();
  map.take({ shapes: packed.shapes, bytes: Buffer.from(packed.bytes, "base64") });
  assert.deepEqual(
    [...map],
    users.map((user) => [user.userId, user]),
  );
  assert.ok(users.some(({ departed }) => departed));
  assert.ok(users.some(({ silencedUntilMs }) => silencedUntilMs === 2e12));
  assert.deepEqual(await page({ form: packedForm, digest: rosterDigest(users) }), {});
});

test("an operator is told of every session once, page by page, the oldest first, and a gateway of none", async () => {
  const names = Array.from({ length: 450 }, (_, n) => `crowd-${n}`);
  for (const [n, name] of names.entries()) {
    const id = signIn(state, name);
    const live = state.sessions.get(id);
    assert.ok(live);
    // Many at the same moment, and the newest entered first.
    state.sessions.set(id, { ...live, openedMs: 1_000 - Math.floor(n / 100), client: "none" });
  }
  const own = state.sessions.get(ada);
  assert.ok(own);
  enterSession(state, own);
  await secrets.addresses.keep(ada, "192.0.2.7");
  const told: { readonly sessionId: string; readonly openedMs: number | null }[] = [];
  let after: AnswerOf<"session.list">["next"] = null;
  let pages = 0;
  do {
    const body: Query = { type: "session.list", ...(after === null ? {} : { after }) };
    const reply: QueryReply = await ask(body, undefined, 3, operatorGateway);
    assert.ok(reply.ok);
    const page = queryShapes["session.list"].answer.parse(reply.body);
    told.push(...page.sessions);
    after = page.next;
    pages += 1;
  } while (after !== null);
  assert.deepEqual([told.length, pages], [452, 3]);
  assert.equal(new Set(told.map(({ sessionId }) => sessionId)).size, 452);
  const moments = told.map(({ openedMs }) => openedMs ?? 0);
  assert.deepEqual(
    moments,
    [...moments].sort((a, b) => a - b),
  );
  const reply = await ask({ type: "session.list", target: "ada" }, undefined, 3, operatorGateway);
  assert.ok(reply.ok);
  const { sessions, next } = queryShapes["session.list"].answer.parse(reply.body);
  assert.equal(next, null);
  assert.deepEqual(
    sessions.map(({ name, address, openedMs }) => [name, address, openedMs]),
    [["ada", "192.0.2.7", null]],
  );
  const refused = { field: "query", why: "unknown" };
  assert.deepEqual(await ask({ type: "session.list" }, mona), refusal("invalid", refused));
});

test("a community that is not seeded cannot be shown yet", async () => {
  state.server = undefined;
  const reply = await ask({ type: "roster.snapshot" });
  assert.ok(!reply.ok && reply.rejection.code === "busy");
});

test("a page covers at least what the asker has seen", async () => {
  const reply = await ask(pageOf(1), ada);
  assert.ok(reply.ok);
  assert.equal(reply.through, 3);
  const body = queryShapes["message.page"].answer.parse(reply.body);
  assert.deepEqual(
    body.messages.map(({ number }) => number),
    [2, 3],
  );
  assert.deepEqual([body.total, body.older], [3, 1]);
});

test("a channel that is hidden, or not there, is not found", async () => {
  for (const n of [2, 9]) {
    assert.deepEqual(
      await ask(pageOf(n), ada),
      refusal("not_found", { what: "channel", given: channelId(n) }),
    );
  }
  assert.ok((await ask(pageOf(2), mona)).ok);
});

test("counts are of the channels that the person sees", async () => {
  const places = async (session: SessionId) => {
    const reply = await ask({ type: "unread.counts" }, session);
    assert.ok(reply.ok);
    return queryShapes["unread.counts"].answer.parse(reply.body).places;
  };
  assert.deepEqual(await places(ada), [
    { place: { channelId: channelId(1) }, lastReadId: null, unread: 3, total: 3 },
  ]);
  assert.equal((await places(mona)).length, 2);
});

test("questions of nobody are refused", async () => {
  for (const body of [pageOf(1), { type: "unread.counts" }, { type: "moderation.bans" }] as const) {
    assert.deepEqual(await ask(body), refusal("not_authenticated"));
    assert.deepEqual(await ask(body, sessionId("nobody")), refusal("not_authenticated"));
  }
});

test("the ban list is for those who may ban or kick", async () => {
  const ban = { userId: userId("ben"), kind: "ban", untilMs: null } as const;
  state.bans.set(ban.userId, { ...ban, reason: "", addressTags: [] });
  state.bans.set(userId("ada"), {
    userId: userId("ada"),
    kind: "kick",
    untilMs: 1,
    reason: "",
    addressTags: [],
  });
  assert.deepEqual(
    await ask({ type: "moderation.bans" }, ada),
    refusal("not_permitted", { need: "unban", hidden: false }),
  );
  const reply = await ask({ type: "moderation.bans" }, mona);
  assert.ok(reply.ok);
  assert.deepEqual(reply.body, { bans: [ban] });
});

test("what the asker has seen and this core has not is waited for, then it is busy", async () => {
  assert.deepEqual(await ask(pageOf(1), ada, 4), refusal("busy", { waitMs: 500 }));
  replica.reached = () => Promise.resolve(true);
  assert.deepEqual(await ask(pageOf(1), ada, 4), refusal("busy", { waitMs: 500 }));
  const waiting = ask(pageOf(1), ada, 4);
  history.apply(record(4, posted(4, { channelId: channelId(1) })));
  const reply = await waiting;
  assert.ok(reply.ok);
  assert.equal(reply.through, 4);
});

test("a long page comes whole", async () => {
  const filler = "x".repeat(9_000);
  for (let seq = 4; seq <= 203; seq += 1) history.apply(long(seq, filler));
  assert.ok(await history.reached(203, 5_000));
  const reply = await ask({ ...pageOf(1), limit: 200 } as Query, ada);
  assert.ok(reply.ok);
  assert.equal(queryShapes["message.page"].answer.parse(reply.body).messages.length, 200);
});

function long(seq: number, text: string): FeedRecord {
  const event = posted(seq, { channelId: channelId(1) }) as Extract<
    Event,
    { type: "message.posted" }
  >;
  const message = { ...event.message, content: { text, markup: "markdown" as const } };
  const made = record(seq, { type: "message.posted", message });
  assert.equal(made.batch.commits[0]?.cause.commandId, commandId("test", seq));
  return made;
}

test("a session is asked for by its own gateway alone", async () => {
  const elsewhere = "gateway_2" as GatewayId;
  for (const body of [{ type: "moderation.bans" }, pageOf(1)] as const) {
    const reply = await ask(body, mona, 3, elsewhere);
    assert.deepEqual(reply, refusal("not_authenticated"), body.type);
  }
});

test("a question stands under its own type", async () => {
  const name = subject.query(main, home, "message.page");
  const question = encode({ v: 1, atLeast: 3, body: { type: "roster.snapshot" } });
  const reply = await gateway.request(name, question, { timeoutMs: 20_000 });
  assert.match(new TextDecoder().decode(reply.data), /type and subject differ/);
});

test("what is no question is refused", async () => {
  const name = subject.query(main, home, "message.page");
  const reply = await gateway.request(name, encode({ v: 1, body: {} }), { timeoutMs: 20_000 });
  assert.match(new TextDecoder().decode(reply.data), /"invalid"/);
});

test("a core that has not caught up leaves the queue group, and comes back", async () => {
  const name = subject.query(main, home, "roster.snapshot");
  replica.current = false;
  await unserved(gateway, name);
  replica.current = true;
  await answered(gateway, name);
  assert.ok((await ask({ type: "roster.snapshot" })).ok);
});
