/** Fetches what a decision must know before it is made (docs/journal.md 2.8). */
import type { AddressTag, KeyTag, WebhookTokenId } from "@dragoman/bus-schema";
import { keyTagOf } from "@dragoman/service-kit";
import type { Admitted, Lookups, needs, VerifiedTicket } from "./decider/index.ts";
import type { History } from "./history/history.ts";
import type { Addresses } from "./identity/addresses.ts";

/** Where the answers come from. */
export interface LookupSources {
  readonly history: History;
  /** Checks the signature of a ticket; null: forged. */
  readonly verifyTicket: (ticket: string) => VerifiedTicket | null;
  readonly addresses: Addresses;
  /** The id of a webhook token; null: forged. */
  readonly verifyWebhookToken: (token: string) => WebhookTokenId | null;
}

export async function lookUp(
  wanted: ReturnType<typeof needs>,
  { sessionId }: Admitted,
  sources: LookupSources,
): Promise<Lookups> {
  const messages = new Map<string, Awaited<ReturnType<History["lookup"]>>>();
  let ticket: VerifiedTicket | null | undefined;
  let addressTags: readonly AddressTag[] | undefined;
  let keyTag: KeyTag | undefined;
  let webhookTokenId: WebhookTokenId | null | undefined;
  for (const need of wanted) {
    if (need.kind === "ticket") ticket = sources.verifyTicket(need.ticket);
    else if (need.kind === "key") keyTag = keyTagOf(need.key);
    else if (need.kind === "webhook token") {
      webhookTokenId = sources.verifyWebhookToken(need.token);
    } else if (need.kind === "address") addressTags = await sources.addresses.tags(need.typed);
    else messages.set(need.ref, await sources.history.lookup(need.ref));
  }
  // Before the session is: whoever sees it may ask for its address.
  const address = ticket?.address;
  if (address !== undefined && sessionId !== undefined) {
    await sources.addresses.keep(sessionId, address);
  }
  return {
    messages,
    ...(ticket === undefined ? {} : { ticket }),
    ...(keyTag === undefined ? {} : { keyTag }),
    ...(webhookTokenId === undefined ? {} : { webhookTokenId }),
    ...(addressTags === undefined ? {} : { addressTags }),
  };
}
