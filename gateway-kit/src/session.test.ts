/** A session's steps and their order, without a socket or a bus: host and ports record what they are asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Command,
  type Commit,
  commandId,
  type Event,
  type Rejection,
  type Result,
  type Session,
  type SessionId,
  type StoredFile,
} from "@dragoman/bus-schema";
import { loadConfig } from "@dragoman/service-kit";
import { lineTraits } from "@dragoman/testing/line-edge";
import { ada, general, snapshot } from "@dragoman/testing/roster";
import type { Closing } from "./closing.ts";
import type { QueryStep, Step } from "./edge.ts";
import type { FileFacts } from "./files/facts.ts";
import { Lane, type Outcome, type Sender } from "./lane.ts";
import type { Answer } from "./queries.ts";
import { Roster } from "./roster/roster.ts";
import { SessionRun } from "./session.ts";
import type { SessionHost, SessionPorts } from "./session-ports.ts";
import { Slices } from "./slices.ts";
import type { View } from "./view.ts";

const sessionId = "s".repeat(32) as SessionId;
const session: Session = {
  sessionId,
  userId: ada.userId,
  gatewayId: "gateway_one" as Session["gatewayId"],
  protocol: "line",
  traits: lineTraits,
};

const send = (...packets: string[]): Step => ({ do: "send", packets });
const refuse = ({ code }: Rejection): Step[] => [send(`refused ${code}`)];
const command: Step = { do: "command", body: { type: "session.flood" }, refuse };
const signIn: Step = {
  do: "authenticate",
  credentials: { scheme: "password", name: "ada", password: "x" },
  refuse,
};
const query: QueryStep = {
  do: "query",
  body: { type: "message.page", place: { channelId: general.channelId }, limit: 10 },
  answer: () => [send("page")],
  refuse,
  covers: (event) => event.type === "presence.began",
};
const began: Event = { type: "presence.began", userId: ada.userId };
const ended: Event = { type: "presence.ended", userId: ada.userId, why: "leave" };

interface Sent {
  readonly body: Command;
  finish(outcome: Outcome): void;
}

/** What is around a session: everything that it does is on `log`, what it asked for waits for the test. */
class Surroundings implements SessionHost<null> {
  readonly protocol = "line";
  readonly client = { address: "192.0.2.1", session: undefined, own: null };
  readonly log: string[] = [];
  readonly frames: (readonly Step[])[] = [];
  readonly sent: Sent[] = [];
  readonly roster = new Roster(snapshot);
  readonly run: SessionRun<null>;
  welcomeSteps: readonly Step[] = [send("welcome")];
  authenticate: (proof: Result<string>) => void = () => assert.fail("nobody signs in");
  answer: (result: Result<Answer<"message.page">>) => void = () => assert.fail("nobody asks");
  keep: (result: Result<StoredFile>) => void = () => assert.fail("nothing is kept");
  seen: number | undefined;
  error: unknown;
  #sender: Sender | undefined;

  constructor() {
    const view = (): View => ({
      roster: this.roster,
      config: loadConfig({}, {}).config,
      nowMs: 0,
      clockMs: 0,
      steadyMs: 0,
      lineNumber: () => 0,
    });
    const ports: SessionPorts = {
      commands: { lane: (id, sender) => this.#lane(id, sender) },
      newSessionId: () => sessionId,
      authenticate: () => new Promise((resolve) => (this.authenticate = resolve)),
      ask: () => new Promise((resolve) => (this.answer = resolve as never)),
      factsOf: async (bytes): Promise<FileFacts> => ({ size: bytes.length, mime: "text/plain" }),
      keep: () => new Promise((resolve) => (this.keep = resolve)),
      view,
      slices: new Slices(),
      abandon: () => undefined,
    };
    this.run = new SessionRun(this, ports);
  }

  #lane(id: SessionId, sender: Sender): Lane {
    this.#sender = sender;
    const begin = (_lane: unknown, body: Command, _ms: number, finish: Sent["finish"]): void => {
      this.log.push(`(${body.type})`);
      this.sent.push({ body, finish });
    };
    return new Lane({ begin }, id, sender, 1_000, id);
  }

  send(packets: readonly string[]): void {
    this.log.push(...packets);
  }

  sendPieces(pieces: readonly Buffer[]): void {
    this.log.push(Buffer.concat(pieces).toString());
  }
  sendFrames(frames: Buffer): void {
    this.log.push(frames.toString());
  }
  attach(): void {
    this.log.push("(attached)");
  }
  refresh(): void {}
  welcome(_session: Session, own: readonly string[]): readonly Step[] {
    return [send(...own), ...this.welcomeSteps];
  }
  next(): readonly Step[] | undefined {
    return this.frames.shift();
  }
  close({ why }: Closing): void {
    this.log.push(`(closed: ${why})`);
    this.run.end("lost", this.seen);
  }
  fail(error: unknown): void {
    this.error = error;
    this.log.push("(failed)");
    this.run.end("lost");
  }

  /** A frame with these steps arrives. */
  frame(...steps: Step[]): void {
    this.frames.push(steps);
    this.run.wake();
  }

  /** Something is delivered to this connection. */
  deliver(text: string, seq = 1, event: Event | undefined = undefined): void {
    const frames = Buffer.from(text);
    if (this.run.direct) this.sendFrames(frames);
    else this.run.take([text], frames, { seq, event });
  }

  /** The commit of the last command is delivered, with what it gives to everybody. */
  commit(events: readonly [Event, ...Event[]], ...texts: string[]): void {
    const commit = this.#commit(events, texts);
    this.sent.at(-1)?.finish({ kind: "committed", commit });
  }

  /** The same, but its outcome is awaited; gives what brings it. */
  commitAwaited(events: readonly [Event, ...Event[]], ...texts: string[]): () => void {
    const commit = this.#commit(events, texts);
    this.#sender?.await();
    return () => this.sent.at(-1)?.finish({ kind: "committed", commit });
  }

  #commit(events: readonly [Event, ...Event[]], texts: readonly string[]): Commit {
    const cause = { commandId: commandId(sessionId, this.sent.length), actor: "user" } as const;
    const commit: Commit = { cause, events: [...events] };
    this.#sender?.begin(commit);
    for (const event of events) this.roster.apply(event, { term: 1 });
    for (const text of texts) this.deliver(text);
    return commit;
  }

  /** Resolves when all that waits for promises alone has run. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** What was logged since the last look. */
  look(): string[] {
    return this.log.splice(0);
  }
}

const opened: Event = {
  type: "session.opened",
  session,
  addressTag: "tag" as Extract<Event, { type: "session.opened" }>["addressTag"],
};

/** Somebody who has signed in and been welcomed. */
async function signedIn(): Promise<Surroundings> {
  const around = new Surroundings();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.commit([opened]);
  assert.equal(around.run.phase, "open");
  around.look();
  return around;
}

test("a sign-in opens a session, and its welcome comes before what is delivered meanwhile", async () => {
  const around = new Surroundings();
  around.welcomeSteps = [query, send("welcome")];
  around.frame(signIn);
  assert.equal(around.run.phase, "signing_in");
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  assert.deepEqual(around.sent[0]?.body, {
    type: "session.open",
    ticket: "ticket",
    protocol: "line",
  });
  around.commit([opened, began], "+ada");
  around.deliver("meanwhile", 5, ended);
  assert.deepEqual(around.look(), ["(session.open)", "(attached)", "+ada"]);
  around.answer({ ok: true, value: { through: 4, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "welcome", "meanwhile"]);
  around.deliver("later");
  assert.deepEqual(around.look(), ["later"]);
});

test("who is refused may try again, and commands are refused until then", async () => {
  const around = new Surroundings();
  around.frame(command);
  around.frame(signIn);
  around.authenticate({ ok: false, rejection: { code: "busy", waitMs: 1 } });
  await around.settle();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.sent[0]?.finish({ kind: "refused", rejection: { code: "busy", waitMs: 1 } });
  assert.deepEqual(around.look(), [
    "refused not_authenticated",
    "refused busy",
    "(session.open)",
    "refused busy",
  ]);
  assert.equal(around.run.phase, "greeting");
});

test("steps run one after the other, and a frame waits for those of the one before", async () => {
  const around = await signedIn();
  around.frame(send("one"), command, send("two"));
  around.frame(send("three"));
  assert.deepEqual(around.look(), ["one", "(session.flood)"]);
  around.sent.at(-1)?.finish({ kind: "unchanged" });
  assert.deepEqual(around.look(), ["two", "three"]);
});

test("an answer to a command stands at the place of its commit, with what everybody gets", async () => {
  const around = await signedIn();
  const settle = (own: readonly string[]): Step[] => [send(...own, "done")];
  around.frame({ ...command, settle }, send("next"));
  around.deliver("before");
  around.commit([began], "hi");
  around.deliver("after");
  assert.deepEqual(around.look(), ["(session.flood)", "before", "hi", "done", "next", "after"]);
  around.frame(command);
  around.commit([began], "again");
  assert.deepEqual(around.look(), ["(session.flood)", "again"]);
});

test("while an outcome is awaited, what comes later is held, and follows the answer", async () => {
  const around = await signedIn();
  const settle = (own: readonly string[]): Step[] => [send(...own, "done")];
  around.frame({ ...command, settle }, send("next"));
  const bring = around.commitAwaited([began], "hi");
  around.deliver("after");
  assert.deepEqual(around.look(), ["(session.flood)"]);
  bring();
  assert.deepEqual(around.look(), ["hi", "done", "after", "next"]);
  around.deliver("later");
  assert.deepEqual(around.look(), ["later"]);
});

test("while an outcome is awaited nobody is kept from more than a bound", async () => {
  const around = await signedIn();
  around.frame(command);
  const bring = around.commitAwaited([began], "hi");
  for (let n = 0; n < 1_000; n += 1) around.deliver(String(n));
  await around.settle();
  assert.equal(around.look().length, 1_001, "the command and all that was held");
  around.deliver("later");
  bring();
  assert.deepEqual(around.look(), ["later", "hi"]);
});

test("what settles a command is delivered before what comes later, also while it asks", async () => {
  const around = await signedIn();
  around.frame({ ...command, settle: () => [query, send("done")] });
  around.commit([began], "hi");
  around.deliver("after", 9, ended);
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.answer({ ok: true, value: { through: 3, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "done", "after"]);
});

test("of what came during a query only that is left out which its answer tells", async () => {
  const around = await signedIn();
  around.frame(query);
  around.deliver("told by the answer", 4, began);
  around.deliver("another kind", 4, ended);
  around.deliver("later than the answer", 5, began);
  around.deliver("a signal", 4);
  assert.deepEqual(around.look(), []);
  around.answer({ ok: true, value: { through: 4, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), ["page", "another kind", "later than the answer", "a signal"]);
});

test("a query is given up when too much is held for it, and nothing is lost", async () => {
  const around = await signedIn();
  around.frame(query);
  for (let n = 1; n <= 1_000; n += 1) around.deliver(`${n}`, n, ended);
  await around.settle();
  const log = around.look();
  assert.equal(log[0], "refused busy");
  assert.deepEqual(
    log.slice(1),
    Array.from({ length: 1_000 }, (_, n) => `${n + 1}`),
  );
  around.answer({ ok: true, value: { through: 1, answer: {} as never } });
  await around.settle();
  assert.deepEqual(around.look(), []);
});

test("who holds twice that without a query is too slow", async () => {
  const around = await signedIn();
  around.frame({ ...command, settle: () => [command] });
  around.commit([began]);
  for (let n = 1; n <= 2_000; n += 1) around.deliver(`${n}`, n, ended);
  assert.ok(around.look().includes("(closed: slow)"));
});

test("steps of an event run behind those under way, and what is delivered later follows them", async () => {
  const around = await signedIn();
  around.frame(command, send("mine"));
  around.run.interject([send("brought along")]);
  around.deliver("later");
  await around.settle();
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.sent.at(-1)?.finish({ kind: "unchanged" });
  assert.deepEqual(around.look(), ["mine", "brought along", "later"]);
});

test("a bug of the edge ends the connection, and nothing of it runs any more", async () => {
  const around = await signedIn();
  const bug = new Error("a bug");
  around.frame({
    ...command,
    settle: () => {
      throw bug;
    },
  });
  around.commit([began], "hi");
  around.frame(send("never"));
  around.deliver("never");
  await around.settle();
  assert.equal(around.error, bug);
  assert.deepEqual(around.look(), ["(session.flood)", "(failed)", "(session.close)"]);
});

test("an edge that signs a session in twice has a bug", async () => {
  const around = await signedIn();
  around.frame(signIn);
  await around.settle();
  assert.deepEqual(around.look(), ["(failed)", "(session.close)"]);
});

test("who is signed in is told nothing of a session that the leader knows no more", async () => {
  const around = await signedIn();
  around.frame(command, send("next"));
  around.sent.at(-1)?.finish({ kind: "refused", rejection: { code: "not_authenticated" } });
  assert.deepEqual(around.look(), ["(session.flood)"]);
  around.close({ why: "timeout", comesBack: true });
  assert.deepEqual(around.look(), ["(closed: timeout)"]);
});

test("a fate that is not known ends the session", async () => {
  const around = await signedIn();
  around.frame(command, send("never"));
  around.sent.at(-1)?.finish({ kind: "unknown" });
  await around.settle();
  assert.deepEqual(around.look(), [
    "(session.flood)",
    "(closed: unknown_outcome)",
    "(session.close)",
  ]);
});

test("the leader is told how far a lost connection was served: not beyond what it held", async () => {
  const around = await signedIn();
  around.run.end("timeout", 42);
  await around.settle();
  assert.deepEqual(around.sent.at(-1)?.body, { type: "session.close", why: "timeout", seen: 42 });
  const holding = await signedIn();
  const at = holding.roster.lastMessageNumber;
  holding.frame(query);
  holding.run.end("lost", 42);
  await holding.settle();
  assert.deepEqual(holding.sent.at(-1)?.body, { type: "session.close", why: "lost", seen: at });
});

test("a session that the leader has ended is not closed once more", async () => {
  const around = await signedIn();
  around.roster.apply({ type: "session.closed", session, why: "kick" }, { term: 1 });
  around.run.end("lost");
  await around.settle();
  assert.deepEqual(around.look(), []);
});

test("a session that opens behind its connection's back is closed again", async () => {
  const around = new Surroundings();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.run.end("lost");
  around.sent[0]?.finish({ kind: "unknown" });
  assert.deepEqual(around.look(), ["(session.open)", "(session.close)"]);
});

test("a file is judged by what it is before it is kept", async () => {
  const around = await signedIn();
  const store = (judge: Extract<Step, { do: "store" }>["judge"]): Step => ({
    do: "store",
    bytes: Buffer.from("text"),
    judge,
    done: ({ mime }) => [send(`kept ${mime}`)],
    refuse,
  });
  around.frame(
    store(({ mime }) => [send(`no ${mime}`)]),
    send("next"),
  );
  await around.settle();
  assert.deepEqual(around.look(), ["no text/plain", "next"]);
  around.frame(store(() => undefined));
  await around.settle();
  around.keep({ ok: true, value: { mime: "text/plain" } as StoredFile });
  await around.settle();
  around.frame(store(() => undefined));
  await around.settle();
  around.keep({ ok: false, rejection: { code: "busy", waitMs: 1 } });
  await around.settle();
  assert.deepEqual(around.look(), ["kept text/plain", "refused busy"]);
});
