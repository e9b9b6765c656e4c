/** Where the lookups of decisions are answered: the secret bucket, the projection, a person's provider. */
import type { Config } from "@dragoman/service-kit";
import type { History } from "../history/history.ts";
import { inviteDigest } from "../identity/invite-code.ts";
import type { Local } from "../identity/local.ts";
import type { Secrets } from "../identity/secrets.ts";
import { verifyTicket } from "../identity/ticket.ts";
import type { Tiers } from "../identity/tier.ts";
import { verifyWebhookToken } from "../identity/webhook-token.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { isAcceptable } from "../push/post.ts";
import type { LookupSources } from "./lookup.ts";

export function lookupSources(
  replica: Pick<ReplicaView, "nowMs" | "state">,
  secrets: Secrets,
  history: History,
  tiers: Tiers,
  push: Config["push"],
  local: Local,
  configure: LookupSources["configure"],
): LookupSources {
  return {
    configure,
    history,
    addresses: secrets.addresses,
    keepHash: (id, sealedHash) => secrets.keepHash(id, sealedHash),
    verifyTicket: (ticket) => verifyTicket(secrets, ticket, replica.nowMs),
    verifyWebhookToken: (token) => verifyWebhookToken(secrets, replica.state, token),
    inviteDigest: (code) => inviteDigest(secrets, code),
    redeem: (code) => secrets.links.redeem(code, replica.nowMs),
    change: (need) => local.change(need),
    passwords: {
      seal: (channelId, password) => secrets.sealPassword(channelId, password),
      isRight: (passwordId, channelId, password) =>
        secrets.isPassword(passwordId, channelId, password),
    },
    tier: (tag) => tiers.ofKey(tag),
    subscription: async (endpoint, keys) =>
      keys === undefined || (await isAcceptable(endpoint, push.internal))
        ? secrets.push.take(endpoint, keys)
        : null,
    bring: async ({ privateKey, subscription, mayReplace }) => {
      if (!(await isAcceptable(subscription.endpoint, push.internal))) return null;
      return (await secrets.push.bring(privateKey, subscription, mayReplace)) ?? "other keys";
    },
  };
}
