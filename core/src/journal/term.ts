/** The beginning of a term: `leader.started` behind all that is stored; its sequence is the term (docs/journal.md 2.6). */
import { randomUUID } from "node:crypto";
import { type Batch, type CommandId, type CommunityId, encode } from "@dragoman/bus-schema";
import type { Bus, Logger } from "@dragoman/service-kit";
import { append } from "./append.ts";
import type { JournalClock } from "./clock.ts";
import type { Lease } from "./lease.ts";
import type { Replica } from "./replica.ts";

export interface TermOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly coreId: string;
  readonly replica: Replica;
  readonly clock: JournalClock;
  readonly lease: Lease;
  readonly nextCommandId: () => CommandId;
  /** The limit of one call of the bus. */
  readonly limitMs: number;
  /** See `AppendOptions`. */
  readonly onFull: (words: string) => void;
  readonly logger: Logger;
}

/** How the start of a term went; a number: the term. */
export type TermStart = number | "ended" | "rewound" | "halted" | "full";

/**
 * Starts a term and makes the replica the leader's own.
 * @returns the term; `ended`: the lease was lost, or `signal` aborted, before; `rewound`: the journal ends below
 * what the replica has applied; `halted`: it holds a record that cannot be applied; `full`: it has no
 * room for the start of a term
 */
export async function startTerm(options: TermOptions, signal: AbortSignal): Promise<TermStart> {
  const { bus, community, coreId, replica, clock, lease, nextCommandId, limitMs, logger } = options;
  const { onFull } = options;
  while (!lease.ended && !signal.aborted) {
    const seq = (await replica.catchUp()) + 1;
    if (replica.halt !== undefined) return "halted";
    clock.lead(replica.position.at);
    const batch: Batch = {
      v: 2,
      id: randomUUID(),
      term: seq,
      prev: replica.position.id,
      at: replica.nowMs,
      commits: [
        {
          cause: { commandId: nextCommandId(), actor: "leader" },
          events: [{ type: "leader.started", coreId }],
        },
      ],
    };
    const outcome = await append(
      { bus, community, authority: lease, logger, limitMs, onFull },
      batch.id,
      encode(batch),
      seq - 1,
    );
    if (outcome === "ended" || outcome === "rewound") return outcome;
    if (outcome === "full" || outcome === "doubtful") return "full";
    // Another record stands there: it is applied first.
    if (outcome === "fenced") continue;
    await replica.reached(seq, Number.POSITIVE_INFINITY);
    if (replica.position.seq !== seq) continue;
    replica.lead();
    return seq;
  }
  return "ended";
}
