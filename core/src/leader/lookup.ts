/** Fetches what a decision must know before it is made (docs/journal.md 2.8). */
import type {
  AddressTag,
  ChannelId,
  CredentialId,
  KeyTag,
  PushId,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import { keyTagOf } from "@dragoman/service-kit";
import type { Admitted, Lookups, needs, VerifiedTicket } from "../decider/index.ts";
import type { History } from "../history/history.ts";
import type { Addresses } from "../identity/addresses.ts";

/** Where the answers come from. */
export interface LookupSources {
  readonly history: History;
  /** Checks the signature of a ticket; null: forged. */
  readonly verifyTicket: (ticket: string) => VerifiedTicket | null;
  /** Takes a link code; null: nobody's, or no longer good. */
  readonly redeem: (code: string) => Promise<NonNullable<Lookups["link"]> | null>;
  readonly addresses: Addresses;
  /** The id of a webhook token; null: forged. */
  readonly verifyWebhookToken: (token: string) => WebhookTokenId | null;
  readonly passwords: ChannelPasswords;
  /** The subscription of the owner of the session with that key's tag; null: none that is known. */
  readonly tier: (tag: KeyTag) => Promise<string | null>;
  /** The id of an endpoint; with keys, it is kept for notifications. */
  readonly subscription: (
    endpoint: string,
    keys?: { readonly p256dh: string; readonly auth: string },
  ) => Promise<PushId>;
}

/** Channel passwords as they are kept: digests, away from the journal. */
export interface ChannelPasswords {
  seal(channelId: ChannelId, password: string): Promise<CredentialId>;
  isRight(passwordId: CredentialId, channelId: ChannelId, password: string): Promise<boolean>;
}

export async function lookUp(
  wanted: ReturnType<typeof needs>,
  { sessionId }: Admitted,
  sources: LookupSources,
): Promise<Lookups> {
  const messages = new Map<string, Awaited<ReturnType<History["lookup"]>>>();
  const passwords = new Map<CredentialId, boolean>();
  let ticket: VerifiedTicket | null | undefined;
  let addressTags: readonly AddressTag[] | undefined;
  let keyTag: KeyTag | undefined;
  let tier: string | null | undefined;
  let webhookTokenId: WebhookTokenId | null | undefined;
  let passwordId: CredentialId | undefined;
  let subscriptionId: PushId | undefined;
  let link: Lookups["link"];
  for (const need of wanted) {
    if (need.kind === "ticket") ticket = sources.verifyTicket(need.ticket);
    else if (need.kind === "link") link = await sources.redeem(need.code);
    else if (need.kind === "subscription") {
      subscriptionId = await sources.subscription(need.endpoint, need.keys);
    } else if (need.kind === "key") keyTag = keyTagOf(need.key);
    else if (need.kind === "tier") tier = await sources.tier(keyTagOf(need.key));
    else if (need.kind === "webhook token") {
      webhookTokenId = sources.verifyWebhookToken(need.token);
    } else if (need.kind === "address") addressTags = await sources.addresses.tags(need.typed);
    else if (need.kind === "message") {
      messages.set(need.ref, await sources.history.lookup(need.ref));
    } else if (need.kind === "seal") {
      passwordId = await sources.passwords.seal(need.channelId, need.password);
    } else {
      const { passwordId: id, channelId, password } = need;
      passwords.set(id, await sources.passwords.isRight(id, channelId, password));
    }
  }
  // Before the session is: whoever sees it may ask for its address.
  const address = ticket?.address;
  if (address !== undefined && sessionId !== undefined) {
    await sources.addresses.keep(sessionId, address);
  }
  return {
    messages,
    passwords,
    ...(ticket === undefined ? {} : { ticket }),
    ...(link === undefined ? {} : { link }),
    ...(keyTag === undefined ? {} : { keyTag }),
    ...(tier === undefined ? {} : { tier }),
    ...(webhookTokenId === undefined ? {} : { webhookTokenId }),
    ...(addressTags === undefined ? {} : { addressTags }),
    ...(passwordId === undefined ? {} : { passwordId }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  };
}
