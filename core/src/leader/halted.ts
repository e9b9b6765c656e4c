/**
 * What the holder of the lease does while nothing can be stored: it answers in the leader's place under the last term
 * and refuses every command. Where the journal has halted (docs/journal.md 1.5) it takes an operator's word that the
 * record is passed over; where there is no room (1.4) a term is tried again and again.
 */
import { randomUUID } from "node:crypto";
import {
  type Batch,
  type CommandOf,
  type CommunityId,
  encode,
  featureLevel,
  type Rejection,
} from "@dragoman/bus-schema";
import { type Bus, type Config, type Logger, type Msg, processFacts } from "@dragoman/service-kit";
import { type Admitted, outcomeOf } from "../decider/index.ts";
import { append, lastSequence } from "../journal/append.ts";
import type { Lease } from "../journal/lease.ts";
import { readStored } from "../journal/read-record.ts";
import type { Replica } from "../journal/replica.ts";
import type { CoreTrace } from "../trace.ts";
import { Answers } from "./answers.ts";
import { Intake } from "./intake.ts";
import { Peers } from "./peers.ts";
import { Tracing } from "./tracing.ts";

export interface HaltedOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly replica: Replica;
  readonly lease: Lease;
  readonly logger: Logger;
  /** What this core remembers of messages. */
  readonly trace: CoreTrace;
  /** Resolves when the next term has begun, or may be tried. */
  readonly until: Promise<void>;
  /** What commands are refused with. */
  readonly rejection: Rejection;
  /** Of what the last term decided nothing is under way any more, and the replica holds all that is stored. */
  readonly isSettled: boolean;
}

/** Serves until then, the lease is lost or `signal` aborts. */
export async function serveHalted(options: HaltedOptions, signal: AbortSignal): Promise<void> {
  const { bus, community, config, replica, lease, logger, until, rejection, isSettled } = options;
  const { term } = replica.position;
  const answers = new Answers(bus, lease, term);
  let skipping = false;
  let isOver = false;
  const add = (command: Admitted, _untilMs: number, request: Msg, isFirst: boolean): void => {
    const { body } = command;
    // It is stored, and so is not refused: its event tells, or the next term.
    if (outcomeOf(replica.state, command.id).kind === "repeat") return;
    if (body.type !== "journal.skip" || command.actor !== "operator") {
      // Who led before may have decided another try of it, and what nobody has fenced off may still be stored: the next term tells.
      if (isFirst || isSettled) answers.refuse(request, rejection);
      return;
    }
    if (body.seq !== replica.halt?.seq) {
      answers.refuse(request, { code: "invalid", field: "seq", why: whereItHalts(replica) });
      return;
    }
    // A second one meanwhile has no answer, and so is asked again.
    if (skipping) return;
    skipping = true;
    skip(options, command, body)
      .then((seq) => {
        if (seq !== null) answers.give(request, { ok: true, term, seq });
      })
      .catch((error: unknown) => logger.error({ err: error }, "the record is not passed over"))
      .finally(() => {
        skipping = false;
      });
  };
  const intake = new Intake({
    bus,
    community,
    config,
    term,
    replica,
    decisions: { cooldownUntilMs: () => 0, turnAway: () => null },
    queue: { waiting: 0, add },
    answers,
    process: processFacts(config),
    peers: new Peers(featureLevel, config.journal.gatewayMs),
    logger,
    trace: options.trace,
    tracing: new Tracing(bus, community),
    // Nothing is stored meanwhile that anybody would have to be told of.
    reach: { heard: () => undefined },
    compare: () => ({}),
  });
  lease.setTerm(term);
  const ended = new Promise<void>((resolve) => {
    lease.onChange((held) => {
      if (held && !signal.aborted && !isOver) intake.start();
      else intake.stop();
      if (lease.ended) resolve();
    });
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (lease.ended || signal.aborted) resolve();
  });
  if (lease.holds()) intake.start();
  try {
    await Promise.race([ended, until]);
  } finally {
    isOver = true;
    intake.stop();
  }
}

const whereItHalts = ({ halt }: Pick<Replica, "halt">): string =>
  halt === undefined ? "the journal has not halted" : `the journal has halted at ${halt.seq}`;

/** Stores that the record is passed over. @returns the place of that; null when it is not known to be stored */
async function skip(
  { bus, community, config, replica, lease, logger }: HaltedOptions,
  { id: commandId }: Admitted,
  { seq, why }: CommandOf<"journal.skip">,
): Promise<number | null> {
  const limitMs = config.journal.renewLimitMs;
  const last = await lastSequence(bus, community, limitMs);
  const read = (at: number) => readStored(bus, community, at, limitMs);
  const batch: Batch = {
    v: 2,
    id: randomUUID(),
    term: replica.position.term,
    prev: await idOf(read, last),
    at: replica.nowMs,
    commits: [
      {
        cause: { commandId, actor: "operator" },
        events: [{ type: "journal.skipped", seq, id: await idBehind(read, seq, last), why }],
      },
    ],
  };
  const outcome = await append(
    { bus, community, authority: lease, logger, limitMs },
    batch.id,
    encode(batch),
    last,
  );
  if (outcome !== "stored") return null;
  logger.warn({ seq, why }, "an operator has the record passed over");
  await replica.resumed(last + 1);
  return last + 1;
}

type Read = (seq: number) => ReturnType<typeof readStored>;

/** The id of a record, or the one that stands for it once it is passed over. */
async function idOf(read: Read, seq: number): Promise<string> {
  const stored = await read(seq);
  return stored?.decoded.ok === true ? stored.decoded.value.batch.id : `skipped-${seq}`;
}

/** What the record behind `seq` follows, so that it can be applied once `seq` is passed over. */
async function idBehind(read: Read, seq: number, last: number): Promise<string> {
  if (seq < last) {
    const next = await read(seq + 1);
    if (next?.decoded.ok === true && next.decoded.value.batch.prev !== "") {
      return next.decoded.value.batch.prev;
    }
  }
  return idOf(read, seq);
}
