/**
 * An operator on the bus: gives commands under the gateway token `operator`, which only its own credentials may
 * use, and asks what is there. A time-out is not a failure: the same command is repeated (docs/journal.md 3.2).
 */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  type AnswerOf,
  type Command,
  CommandReply,
  type CommunityId,
  commandId,
  type Decoded,
  decode,
  encode,
  HeartbeatReply,
  noDeadlineMs,
  operatorGateway,
  type Query,
  QueryReply,
  queryShapes,
  type Rejection,
  type Result,
  type RosterUser,
  rosterPageMax,
  subject,
} from "@dragoman/bus-schema";
import { hashPassword, storeCredential } from "@dragoman/core";
import { type Bus, BusError, OperatorError } from "@dragoman/service-kit";

const tryMs = 1_000;
const limitMs = 15_000;
const pauseMs = 100;

/** What the community is like, at one place in the journal. */
export type Snapshot = AnswerOf<"roster.snapshot"> & { readonly users: readonly RosterUser[] };

interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly string[];
  readonly demo: boolean;
}

export interface Operator {
  /**
   * Gives one command and waits for its outcome.
   * @throws OperatorError when no leader answers within 15 s
   */
  command(body: Command): Promise<Result<null>>;
  /** Stores the password's hash, then makes the account. */
  addUser(account: NewAccount): Promise<Result<null>>;
  /** Stores the password's hash, then makes it the account's. */
  changePassword(target: string, password: string): Promise<Result<null>>;
  /** Covers every command that this operator has given before. */
  snapshot(): Promise<Snapshot>;
  /** What the leader says of itself and of the others; null where none answers within a second. */
  leader(): Promise<HeartbeatReply | null>;
  /** What some core sees. */
  status(): Promise<AnswerOf<"journal.status">>;
  /** A record of the journal as it is stored. */
  record(seq: number): Promise<AnswerOf<"journal.record">>;
}

/** One line for a refusal that an operator meets. */
export function sayRejection(rejection: Rejection): string {
  const { code, ...rest } = rejection;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return details.length === 0 ? code : `${code} (${details.join(", ")})`;
}

function readable<T>(what: string, decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(`${what}: ${decoded.why}`);
  return decoded.value;
}

/** Asks until somebody answers; only an answer, or the time, ends it. */
async function insist<T>(
  what: string,
  ask: () => Promise<T | null>,
  patienceMs = limitMs,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      const isPassing =
        error instanceof BusError && (error.why === "timeout" || error.why === "no_responders");
      if (!isPassing) throw error;
    }
    if (performance.now() > deadline) {
      throw new OperatorError(`${what}: no core answers on the bus`, 1);
    }
    await delay(pauseMs);
  }
}

/**
 * An operator over a bus that is connected as the user `operator`.
 * @param patienceMs how long an answer to a question is waited for
 */
export function createOperator(bus: Bus, community: CommunityId, patienceMs = limitMs): Operator {
  const origin = `operator_${randomBytes(9).toString("base64url")}`;
  let n = 0;
  let seen = 0;

  async function beat(): Promise<HeartbeatReply> {
    const to = subject.heartbeat(community, operatorGateway);
    const reply = await bus.request(to, encode({ v: 1, applied: 0 }), { timeoutMs: tryMs });
    return readable("heartbeat", decode(HeartbeatReply, reply.data));
  }

  async function leader(): Promise<HeartbeatReply | null> {
    try {
      return await beat();
    } catch (error) {
      if (error instanceof BusError) return null;
      throw error;
    }
  }

  async function command(body: Command): Promise<Result<null>> {
    n += 1;
    const envelope = { v: 1, id: commandId(origin, n), deadlineMs: noDeadlineMs, body };
    const untilMs = performance.now() + limitMs;
    const reply = await insist(body.type, async () => {
      const { term: present } = await beat();
      const to = subject.command(community, present, operatorGateway, body.type);
      const waitMs = Math.max(0, Math.round(untilMs - performance.now()));
      const { data } = await bus.request(to, encode({ ...envelope, waitMs }), { timeoutMs: tryMs });
      const answer = readable(body.type, decode(CommandReply, data));
      const isOver = answer.ok || answer.rejection.code !== "busy";
      return answer.term >= present && isOver ? answer : null;
    });
    if (!reply.ok) return { ok: false, rejection: reply.rejection };
    seen = Math.max(seen, reply.seq ?? 0);
    return { ok: true, value: null };
  }

  async function addUser(account: NewAccount): Promise<Result<null>> {
    const hash = await hashPassword(account.password);
    const credentialId = await insist("password", () => storeCredential(bus, community, hash));
    const { name, demo } = account;
    return command({ type: "user.add", name, credentialId, roles: [...account.roles], demo });
  }

  async function changePassword(target: string, password: string): Promise<Result<null>> {
    const hash = await hashPassword(password);
    const credentialId = await insist("password", () => storeCredential(bus, community, hash));
    return command({ type: "user.reset", target, credentialId });
  }

  async function ask(body: Query): Promise<unknown> {
    const once = async (): Promise<unknown> => {
      const question = { v: 1, atLeast: seen, body };
      const to = subject.query(community, operatorGateway, body.type);
      const { data } = await bus.request(to, encode(question), { timeoutMs: tryMs });
      const reply = readable(body.type, decode(QueryReply, data));
      return reply.ok ? reply.body : null;
    };
    return insist(body.type, once, patienceMs);
  }

  async function snapshot(): Promise<Snapshot> {
    const shapes = queryShapes;
    const rest = shapes["roster.snapshot"].answer.parse(await ask({ type: "roster.snapshot" }));
    const users: RosterUser[] = [];
    for (let from = 0; from < rest.people; from += rosterPageMax) {
      const page = await ask({ type: "roster.people", from });
      users.push(...(shapes["roster.people"].answer.parse(page).users ?? []));
    }
    return { ...rest, users };
  }

  const record = async (seq: number): Promise<AnswerOf<"journal.record">> =>
    queryShapes["journal.record"].answer.parse(await ask({ type: "journal.record", seq }));

  const status = async (): Promise<AnswerOf<"journal.status">> =>
    queryShapes["journal.status"].answer.parse(await ask({ type: "journal.status" }));

  return { command, addUser, changePassword, snapshot, leader, status, record };
}
