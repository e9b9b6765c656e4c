/** What is around a session in its tests, without a socket or a bus, and steps for it. */
import assert from "node:assert/strict";
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
import type { Closing } from "../closing.ts";
import type { QueryStep, Step } from "../edge.ts";
import type { FileFacts } from "../files/facts.ts";
import { Lane, type Outcome, type Sender } from "../lane.ts";
import type { Answer } from "../queries.ts";
import { Roster } from "../roster/roster.ts";
import { SessionRun } from "../session.ts";
import type { SessionHost, SessionPorts } from "../session-ports.ts";
import { Slices } from "../slices.ts";
import type { View } from "../view.ts";

const sessionId = "s".repeat(32) as SessionId;
export const session: Session = {
  sessionId,
  userId: ada.userId,
  gatewayId: "gateway_one" as Session["gatewayId"],
  protocol: "line",
  traits: lineTraits,
};

export const send = (...packets: string[]): Step => ({ do: "send", packets });
export const refuse = ({ code }: Rejection): Step[] => [send(`refused ${code}`)];
export const command: Extract<Step, { do: "command" }> = {
  do: "command",
  body: { type: "session.flood" },
  refuse,
};
export const signIn: Step = {
  do: "authenticate",
  credentials: { scheme: "password", name: "ada", password: "x" },
  refuse,
};
export const query: QueryStep = {
  do: "query",
  body: { type: "message.page", place: { channelId: general.channelId }, limit: 10 },
  answer: () => [send("page")],
  refuse,
  covers: (event) => event.type === "presence.began",
};
export const began: Event = { type: "presence.began", userId: ada.userId };
export const ended: Event = { type: "presence.ended", userId: ada.userId, why: "leave" };

interface Sent {
  readonly body: Command;
  finish(outcome: Outcome): void;
}

/** What is around a session: everything that it does is on `log`, what it asked for waits for the test. */
export class Surroundings implements SessionHost<null> {
  readonly protocol = "line";
  readonly client = { address: "192.0.2.1", isPage: false, session: undefined, own: null };
  readonly log: string[] = [];
  readonly frames: (readonly Step[])[] = [];
  readonly sent: Sent[] = [];
  readonly roster = new Roster(snapshot);
  readonly run: SessionRun<null>;
  welcomeSteps: readonly Step[] = [send("welcome")];
  /** What the log would be told. */
  readonly told: string[] = [];
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
  turnedAway({ code }: Rejection): void {
    this.told.push(`turned away: ${code}`);
  }
  refused(what: string, { code }: Rejection): void {
    this.told.push(`${what} refused: ${code}`);
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
    this.#sender?.await(commit);
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

export const opened: Event = {
  type: "session.opened",
  session,
  addressTag: "tag" as Extract<Event, { type: "session.opened" }>["addressTag"],
};

/** Somebody who has signed in and been welcomed. */
export async function signedIn(): Promise<Surroundings> {
  const around = new Surroundings();
  around.frame(signIn);
  around.authenticate({ ok: true, value: "ticket" });
  await around.settle();
  around.commit([opened]);
  assert.equal(around.run.phase, "open");
  around.look();
  return around;
}
