/** Fetches what a decision must know before it is made (docs/journal.md 2.8). */
import type { Lookups, needs, VerifiedTicket } from "./decider/index.ts";
import type { History } from "./history/history.ts";

/** Where the answers come from. */
export interface LookupSources {
  readonly history: History;
  /** Checks the signature of a ticket; null: forged. */
  readonly verifyTicket: (ticket: string) => VerifiedTicket | null;
}

export async function lookUp(
  wanted: ReturnType<typeof needs>,
  sources: LookupSources,
): Promise<Lookups> {
  const messages = new Map<string, Awaited<ReturnType<History["lookup"]>>>();
  let ticket: VerifiedTicket | null | undefined;
  for (const need of wanted) {
    if (need.kind === "ticket") ticket = sources.verifyTicket(need.ticket);
    else messages.set(need.ref, await sources.history.lookup(need.ref));
  }
  return { messages, ...(ticket === undefined ? {} : { ticket }) };
}
