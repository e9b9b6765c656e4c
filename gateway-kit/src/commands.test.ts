/** The road of commands, without a bus: a recording one stands in its place, and the test says what it answers. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type Command,
  type CommandEnvelope,
  type CommandReply,
  type Commit,
  type CommunityId,
  encode,
  type GatewayId,
  parseCommandSubject,
  payloadBytesMax,
  type SessionId,
} from "@dragoman/bus-schema";
import { BusError } from "@dragoman/service-kit";
import { silent } from "@dragoman/testing/logger";
import { ada, general } from "@dragoman/testing/roster";
import { type CommandBus, CommandPort } from "./commands.ts";
import type { Outcome } from "./lane.ts";

interface Asked {
  readonly term: number;
  readonly envelope: CommandEnvelope;
  answer(reply: CommandReply): void;
  fail(why: BusError["why"]): void;
}

/** Keeps what is asked; answers when the test says so. */
class RecordingBus implements CommandBus {
  connected = true;
  readonly asked: Asked[] = [];
  #next: (() => void) | undefined;

  request(to: string, data: Uint8Array): Promise<{ readonly data: Uint8Array }> {
    return new Promise((resolve, reject) => {
      // Also of a command that no shape allows.
      const envelope = JSON.parse(Buffer.from(data).toString("utf8")) as CommandEnvelope;
      this.asked.push({
        term: parseCommandSubject(to)?.term ?? 0,
        envelope,
        answer: (reply) => resolve({ data: encode(reply) }),
        fail: (why) => reject(new BusError(why, to)),
      });
      this.#next?.();
    });
  }

  /** The request of that number, counted from 1; waits for it. */
  async nth(n: number): Promise<Asked> {
    while (this.asked.length < n) {
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
    return this.asked[n - 1] as Asked;
  }
}

// The port's own timers do not keep a process alive.
const alive = setInterval(() => undefined, 1_000);
after(() => clearInterval(alive));

const sessionId = "s".repeat(32) as SessionId;
const flood: Command = { type: "session.flood" };

interface Setting {
  readonly bus: RecordingBus;
  readonly port: CommandPort;
  /** Sends on the lane of the session; the outcome is the promise's. */
  readonly send: (body: Command, limitMs?: number) => Promise<Outcome>;
  /** Has the feed come to a sequence. */
  readonly apply: (seq: number) => void;
  readonly begun: Commit[];
  readonly counts: { termAsked: number; outcomes: number; awaited: number };
}

function setting(term = 7): Setting {
  const bus = new RecordingBus();
  const waiting = new Map<number, () => void>();
  const counts = { termAsked: 0, outcomes: 0, awaited: 0 };
  const begun: Commit[] = [];
  const port = new CommandPort({
    bus,
    community: "main" as CommunityId,
    gatewayId: "gateway_one" as GatewayId,
    rhythm: { tryMs: 1_000, commandMs: 60_000 },
    logger: silent,
    isFresh: () => true,
    whenApplied: (seq) => new Promise((resolve) => waiting.set(seq, resolve)),
    askTerm: () => {
      counts.termAsked += 1;
    },
    onOutcome: () => {
      counts.outcomes += 1;
    },
  });
  port.learn(term);
  const lane = port.lane(sessionId, {
    begin: (commit) => begun.push(commit),
    await: () => {
      counts.awaited += 1;
    },
  });
  return {
    bus,
    port,
    send: (body, limitMs) => new Promise((resolve) => lane.send(body, resolve, limitMs)),
    apply: (seq) => waiting.get(seq)?.(),
    begun,
    counts,
  };
}

/** Lets everything run that waits for promises alone. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a command is asked under the present term, numbered by its lane", async () => {
  const { bus, send, counts } = setting();
  const [first, second] = [send(flood), send(flood)];
  assert.equal(bus.asked.length, 1);
  const one = await bus.nth(1);
  assert.equal(one.term, 7);
  assert.equal(one.envelope.id, `${sessionId}.1`);
  assert.equal(one.envelope.sessionId, sessionId);
  one.answer({ ok: true, term: 7, seq: null });
  assert.deepEqual(await first, { kind: "unchanged" });
  const two = await bus.nth(2);
  assert.equal(two.envelope.id, `${sessionId}.2`);
  two.answer({ ok: false, term: 7, rejection: { code: "busy", waitMs: 5 } });
  assert.deepEqual(await second, { kind: "refused", rejection: { code: "busy", waitMs: 5 } });
  assert.equal(counts.outcomes, 2);
});

test("its event settles a command, before its answer or without one", async () => {
  const { bus, port, send, begun } = setting();
  const outcome = send(flood);
  const asked = await bus.nth(1);
  const commit: Commit = {
    cause: { commandId: asked.envelope.id, actor: "user" },
    events: [{ type: "presence.began", userId: ada.userId }],
  };
  const pending = port.find(asked.envelope.id);
  assert.ok(pending);
  pending.sender.begin(commit);
  port.settle(pending, commit);
  assert.deepEqual(await outcome, { kind: "committed", commit });
  assert.deepEqual(begun, [commit]);
  asked.answer({ ok: true, term: 7, seq: 12 });
  await settled();
  assert.equal(port.size, 0);
});

test("where its event puts somebody out, a command is settled by the answer that it is so everywhere", async () => {
  const { bus, port, send, counts } = setting();
  const outcome = send(flood);
  const asked = await bus.nth(1);
  const commit: Commit = {
    cause: { commandId: asked.envelope.id, actor: "user" },
    events: [{ type: "user.assigned", userId: ada.userId, roleIds: [], before: [] }],
  };
  const pending = port.find(asked.envelope.id);
  assert.ok(pending);
  port.settle(pending, commit);
  await settled();
  assert.equal(counts.awaited, 1);
  assert.equal(counts.outcomes, 0);
  asked.answer({ ok: true, term: 7, seq: 12 });
  assert.deepEqual(await outcome, { kind: "committed", commit });
});

test("what a command gives is waited for, whether its event comes first or the answer", async () => {
  const token: Command = { type: "user.token" };
  const issued = { tokenId: 1, protocol: "one", issuedAtMs: 0, expiresAtMs: 1 };
  const grant = { token: "t", expiresAtMs: 1 };
  const { bus, port, send } = setting();
  for (const [n, isEventFirst] of [true, false].entries()) {
    const outcome = send(token);
    const asked = await bus.nth(n + 1);
    const commit: Commit = {
      cause: { commandId: asked.envelope.id, actor: "user" },
      events: [{ type: "token.issued", userId: ada.userId, token: issued, ended: [] }],
    };
    const pending = port.find(asked.envelope.id);
    assert.ok(pending);
    if (isEventFirst) {
      port.settle(pending, commit);
      await settled();
      assert.equal(port.size, 1);
    }
    asked.answer({ ok: true, term: 7, seq: 12, grant });
    assert.deepEqual(await outcome, { kind: "unchanged", grant });
    assert.equal(port.find(asked.envelope.id), undefined);
  }
});

test("an answer that was there before the event is not waited for", async () => {
  const { bus, port, send, counts } = setting();
  const outcome = send(flood);
  const asked = await bus.nth(1);
  asked.answer({ ok: true, term: 7, seq: 12 });
  await settled();
  const commit: Commit = {
    cause: { commandId: asked.envelope.id, actor: "user" },
    events: [{ type: "user.assigned", userId: ada.userId, roleIds: [], before: [] }],
  };
  const pending = port.find(asked.envelope.id);
  assert.ok(pending);
  port.settle(pending, commit);
  assert.deepEqual(await outcome, { kind: "committed", commit });
  assert.equal(counts.awaited, 0);
});

test("an answer that names a place waits until the feed is there", async () => {
  const { bus, send, apply, counts } = setting();
  const outcome = send(flood);
  (await bus.nth(1)).answer({ ok: true, term: 7, seq: 12 });
  await settled();
  assert.equal(counts.outcomes, 0);
  apply(12);
  assert.deepEqual(await outcome, { kind: "unchanged" });
});

/** What is asked, without how long it is waited for. */
const askedBy = ({ envelope: { waitMs: _, tries: __, ...rest } }: Asked): object => rest;

test("a try without an answer is repeated, and says how long is still waited for", async () => {
  const { bus, send } = setting();
  const outcome = send(flood, 60_000);
  const first = await bus.nth(1);
  assert.equal(first.envelope.waitMs, 60_000);
  assert.equal(first.envelope.tries, 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.fail("timeout");
  const again = await bus.nth(2);
  assert.deepEqual(askedBy(again), askedBy(first));
  const waitMs = again.envelope.waitMs ?? 0;
  assert.ok(waitMs < 60_000 && waitMs > 50_000, String(waitMs));
  assert.equal(again.envelope.tries, 2);
  // A core of before compares this with its own clock, whatever that says.
  assert.ok((again.envelope.deadlineMs ?? 0) > Date.UTC(9000, 0));
  again.answer({ ok: true, term: 7, seq: null });
  await outcome;
});

test("where nobody serves the term it is asked who leads, and the command tried again", async () => {
  const { bus, send, counts } = setting();
  const outcome = send(flood);
  (await bus.nth(1)).fail("no_responders");
  const again = await bus.nth(2);
  assert.equal(counts.termAsked, 1);
  // Nobody has heard the other.
  assert.equal(again.envelope.tries, 1);
  again.answer({ ok: true, term: 7, seq: null });
  await outcome;
});

test("a higher term has everything unanswered asked again, and what the old one answers is void", async () => {
  const { bus, port, send } = setting();
  const outcome = send(flood);
  port.learn(6);
  assert.equal(bus.asked.length, 1);
  port.learn(8);
  const again = await bus.nth(2);
  assert.equal(again.term, 8);
  assert.deepEqual(askedBy(again), askedBy(await bus.nth(1)));
  bus.asked[0]?.answer({ ok: false, term: 7, rejection: { code: "not_authenticated" } });
  await settled();
  assert.equal(port.size, 1);
  again.answer({ ok: true, term: 8, seq: null });
  assert.deepEqual(await outcome, { kind: "unchanged" });
});

test("a failure of an earlier attempt does not have the present one repeated", async () => {
  const { bus, port, send } = setting();
  const outcome = send(flood);
  port.learn(8);
  bus.asked[0]?.fail("timeout");
  await settled();
  assert.equal(bus.asked.length, 2);
  bus.asked[1]?.answer({ ok: true, term: 8, seq: null });
  await outcome;
});

test("an answer's higher term is learned", async () => {
  const { bus, port, send } = setting();
  const outcome = send(flood);
  (await bus.nth(1)).answer({ ok: true, term: 9, seq: null });
  await outcome;
  assert.equal(port.term, 9);
});

test("only the end of a session is asked again when the leader is busy", async () => {
  const { bus, port, send } = setting();
  const rejection = { code: "busy", waitMs: 1 } as const;
  const end = send({ type: "session.close", why: "lost" });
  (await bus.nth(1)).answer({ ok: false, term: 7, rejection });
  await settled();
  assert.equal(port.size, 1);
  port.learn(8);
  (await bus.nth(2)).answer({ ok: true, term: 8, seq: null });
  assert.deepEqual(await end, { kind: "unchanged" });
});

test("what the leader could not read is refused with what is wrong in it", async () => {
  const { bus, send } = setting();
  const long = "x".repeat(200);
  const outcome = send({ type: "user.rename", name: long } as unknown as Command);
  const rejection = { code: "invalid", field: "command", why: "cannot be read" } as const;
  (await bus.nth(1)).answer({ ok: false, term: 7, rejection });
  const refused = await outcome;
  assert.equal(refused.kind, "refused");
  assert.ok(refused.kind === "refused" && refused.rejection.code === "invalid");
  assert.notEqual(refused.rejection.field, "command");
});

test("a command that no message of the bus can hold is refused unasked", async () => {
  const { bus, send } = setting();
  const outcome = await send({
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "text",
    content: { text: "x".repeat(payloadBytesMax), markup: "markdown" },
  });
  assert.deepEqual(outcome, {
    kind: "refused",
    rejection: { code: "too_long", field: "message.post", max: payloadBytesMax },
  });
  assert.equal(bus.asked.length, 0);
});

test("a fate that is not known in time is unknown, and the lane goes on", async () => {
  const { bus, send } = setting();
  const [lost, next] = [send(flood, 5), send(flood)];
  assert.deepEqual(await lost, { kind: "unknown" });
  (await bus.nth(2)).answer({ ok: true, term: 7, seq: null });
  assert.deepEqual(await next, { kind: "unchanged" });
});

test("nothing is asked before a term is known, nor after the gateway has stopped", async () => {
  const { bus, port, send } = setting(0);
  void send(flood);
  assert.equal(bus.asked.length, 0);
  port.learn(3);
  assert.equal((await bus.nth(1)).term, 3);
  port.stop();
  assert.equal(port.size, 0);
  bus.asked[0]?.fail("timeout");
  await settled();
  assert.equal(bus.asked.length, 1);
});
