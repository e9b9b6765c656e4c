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
  type CredentialId,
  commandId,
  type Decoded,
  decode,
  encode,
  HeartbeatReply,
  importCursorsMax,
  noDeadlineMs,
  operatorGateway,
  type Place,
  type QueryOf,
  QueryReply,
  type QueryType,
  queryShapes,
  type Result,
  type RosterUser,
  rosterPageMax,
  subject,
} from "@dragoman/bus-schema";
import {
  type Bus,
  BusError,
  type Files,
  OperatorError,
  readShared,
  type SharedRevision,
  servedFiles,
  sharedHistory,
} from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";
import { sayRejection } from "./rejection-words.ts";

const tryMs = 1_000;
const limitMs = 15_000;
const pauseMs = 100;
/** A question that is refused so often is refused. */
const refusalsMax = 3;

/** What the community is like, at one place in the journal. */
export type Snapshot = AnswerOf<"roster.snapshot"> & { readonly users: readonly RosterUser[] };

type ExportQuery = Extract<QueryType, `export.${string}`>;

interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly string[];
  readonly demo: boolean;
}

export interface Operator {
  /**
   * Gives one command and waits for its outcome: the record that its events stand in, null where it changed nothing.
   * @param isLogged whether the audit log is to have it, also where it furnishes the house
   * @throws OperatorError when no leader answers within 15 s
   */
  command(body: Command, isLogged?: boolean): Promise<Result<number | null>>;
  /** Stores the password's hash, then makes the account. */
  addUser(account: NewAccount): Promise<Result<number | null>>;
  /** Stores the password's hash, then makes it the account's. */
  changePassword(target: string, password: string): Promise<Result<number | null>>;
  /** Covers every command that this operator has given before. */
  snapshot(): Promise<Snapshot>;
  /** Another operator, with commands of its own: one has one under way. What either did, both know of. */
  lane(): Operator;
  /** Keeps a password hash. */
  storeHash(hash: string): Promise<CredentialId>;
  /** How far the parts of an import's source have come, by their keys. */
  cursors(source: string): Promise<ReadonlyMap<string, string>>;
  /** The newest messages of a place, oldest first. */
  importTail(place: Place): Promise<AnswerOf<"import.tail">["messages"]>;
  /** What the house has of what an import asks for, at most 500 of each. */
  importPresent(ask: Omit<QueryOf<"import.present">, "type">): Promise<AnswerOf<"import.present">>;
  /** What the community consists of, piece by piece. */
  exported<T extends ExportQuery>(type: T, ask: Omit<QueryOf<T>, "type">): Promise<AnswerOf<T>>;
  /** The files of the community, through core. */
  readonly files: Files;
  /** What the leader says of itself and of the others; null where none answers within a second. */
  leader(): Promise<HeartbeatReply | null>;
  /**
   * Asks some core.
   * @throws OperatorError saying what was refused and why, or that none answers
   */
  ask<T extends QueryType>(body: QueryOf<T> & { readonly type: T }): Promise<AnswerOf<T>>;
  /**
   * The settings that all processes share. @param which a revision, or the newest
   * @throws OperatorError where the store does not answer
   */
  shared(which?: number): Promise<SharedRevision | null>;
  /** Their revisions that are kept, the newest first. @throws OperatorError as `shared` */
  sharedRevisions(): Promise<readonly SharedRevision[]>;
  /** What the community is like but for its people. */
  frame(): Promise<AnswerOf<"roster.snapshot">>;
  /** Everybody ever, page by page, in the order of their accounts. */
  people(): AsyncGenerator<RosterUser>;
}

/** Core, for what is done with passwords: most commands have none, and are there the sooner. */
const credentials = () => import("@dragoman/core");

function readable<T>(what: string, decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(`${what}: ${decoded.why}`);
  return decoded.value;
}

/** @throws OperatorError where the store does not answer, or lets no operator read the shared settings */
async function stored<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    const why =
      "the shared settings cannot be read: NATS' store does not answer, or its configuration is of a version before (`dragoman nats-config`)";
    throw new OperatorError(why, exitCode.unanswered, { cause: error });
  }
}

/** Asks until somebody answers; only an answer, or the time, ends it. */
async function insist<T>(ask: () => Promise<T | null>, patienceMs = limitMs): Promise<T> {
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
      throw new OperatorError(
        "NATS is there, and no core answers: see whether one runs, and what its log says",
        exitCode.unanswered,
      );
    }
    await delay(pauseMs);
  }
}

/**
 * An operator over a bus that is connected as the user `operator`.
 * @param patienceMs how long an answer to a question is waited for
 */
export function createOperator(bus: Bus, community: CommunityId, patienceMs = limitMs): Operator {
  return operatorOn(bus, community, patienceMs, { seq: 0 });
}

/** @param seen the last record that is known to hold something that was asked for */
function operatorOn(
  bus: Bus,
  community: CommunityId,
  patienceMs: number,
  seen: { seq: number },
): Operator {
  const origin = `operator_${randomBytes(9).toString("base64url")}`;
  let n = 0;

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

  async function command(body: Command, isLogged = false): Promise<Result<number | null>> {
    n += 1;
    const logged = isLogged ? { logged: true } : {};
    const envelope = { v: 1, id: commandId(origin, n), deadlineMs: noDeadlineMs, ...logged, body };
    const untilMs = performance.now() + limitMs;
    let tries = 0;
    const reply = await insist(async () => {
      const { term: present } = await beat();
      const to = subject.command(community, present, operatorGateway, body.type);
      const waitMs = Math.max(0, Math.round(untilMs - performance.now()));
      tries += 1;
      const data = await bus
        .request(to, encode({ ...envelope, waitMs, tries }), { timeoutMs: tryMs })
        .then(
          (answered) => answered.data,
          (error: unknown) => {
            if (error instanceof BusError && error.why === "no_responders") tries -= 1;
            throw error;
          },
        );
      const answer = readable(body.type, decode(CommandReply, data));
      const isOver = answer.ok || answer.rejection.code !== "busy";
      return answer.term >= present && isOver ? answer : null;
    });
    if (!reply.ok) return { ok: false, rejection: reply.rejection };
    seen.seq = Math.max(seen.seq, reply.seq ?? 0);
    return { ok: true, value: reply.seq };
  }

  async function storeHash(hash: string): Promise<CredentialId> {
    const { storeCredential } = await credentials();
    return insist(() => storeCredential(bus, community, hash));
  }

  async function addUser(account: NewAccount): Promise<Result<number | null>> {
    const { hashPassword } = await credentials();
    const hash = await hashPassword(account.password);
    const credentialId = await storeHash(hash);
    const { name, demo } = account;
    const roles = [...account.roles];
    return command({ type: "user.add", name, credentialId, roles, demo }, !demo);
  }

  async function changePassword(target: string, password: string): Promise<Result<number | null>> {
    const { hashPassword } = await credentials();
    const hash = await hashPassword(password);
    const credentialId = await storeHash(hash);
    return command({ type: "user.reset", target, credentialId });
  }

  async function ask<T extends QueryType>(
    body: QueryOf<T> & { readonly type: T },
  ): Promise<AnswerOf<T>> {
    let refusals = 0;
    const once = async (): Promise<unknown> => {
      const question = { v: 1, atLeast: seen.seq, body };
      const to = subject.query(community, operatorGateway, body.type);
      const { data } = await bus.request(to, encode(question), { timeoutMs: tryMs });
      const reply = readable(body.type, decode(QueryReply, data));
      if (reply.ok) return reply.body;
      // Another core may be of a newer version, and answer.
      refusals += reply.rejection.code === "busy" ? 0 : 1;
      if (refusals < refusalsMax) return null;
      throw new OperatorError(sayRejection(reply.rejection), exitCode.refused);
    };
    const answer = await insist(once, patienceMs);
    return queryShapes[body.type].answer.parse(answer) as AnswerOf<T>;
  }

  const frame = (): Promise<AnswerOf<"roster.snapshot">> =>
    ask({ type: "roster.snapshot", paged: true });

  async function* peopleBehind(first: readonly RosterUser[], count: number) {
    yield* first;
    for (let from = first.length; from < count; from += rosterPageMax) {
      yield* (await ask({ type: "roster.people", from })).users ?? [];
    }
  }

  async function* people(): AsyncGenerator<RosterUser> {
    const { users = [], people: count = 0 } = await frame();
    yield* peopleBehind(users, count);
  }

  async function snapshot(): Promise<Snapshot> {
    const rest = await frame();
    const users: RosterUser[] = [];
    for await (const user of peopleBehind(rest.users ?? [], rest.people ?? 0)) users.push(user);
    return { ...rest, users };
  }

  async function cursors(source: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let after: string | undefined; ; ) {
      const page: AnswerOf<"import.cursors"> = await ask({
        type: "import.cursors",
        source,
        ...(after === undefined ? {} : { after }),
      });
      for (const { key, cursor } of page.cursors) found.set(key, cursor);
      after = page.cursors.at(-1)?.key;
      if (page.cursors.length < importCursorsMax) return found;
    }
  }

  const importTail: Operator["importTail"] = async (place) =>
    (await ask({ type: "import.tail", place })).messages;

  const importPresent: Operator["importPresent"] = (wanted) =>
    ask({ type: "import.present", ...wanted });

  const exported: Operator["exported"] = <T extends ExportQuery>(
    type: T,
    wanted: Omit<QueryOf<T>, "type">,
  ) => ask<T>({ type, ...wanted } as Parameters<typeof ask<T>>[0]);

  return {
    command,
    addUser,
    changePassword,
    snapshot,
    lane: () => operatorOn(bus, community, patienceMs, seen),
    storeHash,
    cursors,
    importPresent,
    importTail,
    exported,
    files: servedFiles(bus, community, operatorGateway),
    leader,
    ask,
    shared: (which) => stored(readShared(bus, community, which)),
    sharedRevisions: () => stored(sharedHistory(bus, community)),
    frame,
    people,
  };
}
