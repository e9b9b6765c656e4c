/** Fetches what a decision must know before it is made (docs/journal.md 2.8). */
import type {
  ChannelId,
  CredentialId,
  KeyTag,
  PushId,
  Result,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import { keyTagOf } from "@dragoman/service-kit";
import {
  type Admitted,
  type Configured,
  type Lookups,
  type LookupTable,
  lookerOf,
  lookupsOf,
  type Need,
  type VerifiedTicket,
} from "../decider/index.ts";
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
  /** Stores the hash of an account that is to be made. */
  readonly keepHash: (id: CredentialId, sealedHash: string) => Promise<void>;
  /** The keyed digest of an invite's code; null: it has not the form of one. */
  readonly inviteDigest: (code: string) => string | null;
  /** The id of a webhook token; null: forged. */
  readonly verifyWebhookToken: (token: string) => WebhookTokenId | null;
  /** Puts the shared settings. */
  readonly configure: (
    need: Omit<Extract<Need, { kind: "configure" }>, "kind">,
  ) => Promise<Result<Configured>>;
  /** Checks a person's password and stores the hash of the next. */
  readonly change: (need: Extract<Need, { kind: "change" }>) => Promise<Result<CredentialId>>;
  readonly passwords: ChannelPasswords;
  /** The subscription of the owner of the session with that key's tag; null: none that is known. */
  readonly tier: (tag: KeyTag) => Promise<string | null>;
  /** The id of an endpoint; with keys, it is kept for notifications. Null: it would never be asked, and is not kept. */
  readonly subscription: (
    endpoint: string,
    keys?: { readonly p256dh: string; readonly auth: string },
  ) => Promise<PushId | null>;
  /** The id of an endpoint of another server, which is kept for notifications. */
  readonly bring: (
    need: Extract<Need, { kind: "brought subscription" }>,
  ) => Promise<NonNullable<Lookups["broughtId"]> | null>;
}

/** Channel passwords as they are kept: digests, away from the journal. */
interface ChannelPasswords {
  seal(channelId: ChannelId, password: string): Promise<CredentialId>;
  isRight(passwordId: CredentialId, channelId: ChannelId, password: string): Promise<boolean>;
}

/** What answers each kind of need. */
const table: LookupTable<LookupSources, Partial<Lookups> | Promise<Partial<Lookups>>> = {
  message: async ({ ref }, { history }) => ({
    messages: new Map([[ref, await history.lookup(ref)]]),
  }),
  poll: async ({ ref }, { history }) => ({
    polls: new Map([[ref, await history.endedPoll(ref)]]),
  }),
  ticket: ({ ticket }, { verifyTicket }) => ({ ticket: verifyTicket(ticket) }),
  link: async ({ code }, { redeem }) => ({ link: await redeem(code) }),
  address: async ({ typed }, { addresses }) => ({ addressTags: await addresses.tags(typed) }),
  key: ({ key }) => ({ keyTag: keyTagOf(key) }),
  tier: async ({ key }, { tier }) => ({ tier: await tier(keyTagOf(key)) }),
  "webhook token": ({ token }, { verifyWebhookToken }) => ({
    webhookTokenId: verifyWebhookToken(token),
  }),
  invite: ({ code }, { inviteDigest }) => ({ inviteDigest: inviteDigest(code) }),
  subscription: async ({ endpoint, keys }, { subscription }) => ({
    subscriptionId: await subscription(endpoint, keys),
  }),
  "brought subscription": async (need, { bring }) => ({ broughtId: await bring(need) }),
  change: async (need, { change }) => ({ change: await change(need) }),
  configure: async (need, { configure }) => ({ configured: await configure(need) }),
  seal: async ({ channelId, password }, { passwords }) => ({
    passwordId: await passwords.seal(channelId, password),
  }),
  password: async ({ passwordId, channelId, password }, { passwords }) => ({
    passwords: new Map([[passwordId, await passwords.isRight(passwordId, channelId, password)]]),
  }),
};

const look = lookerOf(table);

/** Answers the needs of a command, side by side. Fails when one of the sources fails. */
export async function lookUp(
  wanted: readonly Need[],
  { sessionId }: Admitted,
  sources: LookupSources,
): Promise<Lookups> {
  const lookups = lookupsOf(await Promise.all(look(wanted, sources)));
  // Before the session is: whoever sees it may ask for its address.
  const { address, account } = lookups.ticket ?? {};
  if (account?.kind === "new") await sources.keepHash(account.credentialId, account.sealedHash);
  if (address !== undefined && sessionId !== undefined) {
    await sources.addresses.keep(sessionId, address);
  }
  return lookups;
}
