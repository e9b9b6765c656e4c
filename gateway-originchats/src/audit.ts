/** Entries of the audit log as this protocol's moderation log has them (part 3, section 12). */
import type { AuditEntry, ChannelId, RoleId, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { nameOf } from "./view.ts";

type Details = Readonly<Record<string, unknown>>;

interface Act {
  readonly action: string;
  readonly category: string;
  /** The entry's target, where it is no person. */
  readonly target?: (entry: AuditEntry, roster: Roster) => Target;
  readonly details: (details: Details, roster: Roster) => Details;
}

interface Target {
  readonly id: string | null;
  readonly name: string | null;
}

const none = (): Details => ({});
/** A target that is no person: as the log has it. */
const thing = ({ targetId, targetName }: AuditEntry): Target => ({
  id: targetId,
  name: targetName,
});

/** A present channel's name; of one that is gone only the id is left, and a whisper's is nobody's to know. */
function channelName(channelId: unknown, roster: Roster): string {
  const channel = roster.channel(String(channelId) as ChannelId);
  if (channel?.kind === "whisper") return "private";
  return channel?.name ?? String(channelId);
}

function movedChannel({ targetId }: AuditEntry, roster: Roster): Target {
  const name = channelName(targetId, roster);
  return { id: name, name };
}

function placeDetails(details: Details, roster: Roster): Details {
  const threadId = details["threadId"];
  return {
    channel: channelName(details["channelId"], roster),
    ...(typeof threadId === "string" ? { thread_id: threadId } : {}),
  };
}

const withReason = ({ reason }: Details): Details => (typeof reason === "string" ? { reason } : {});

/** The length of a ban or kick with an end is no field of the original's; it is told as its end. */
function putOutDetails(details: Details): Details {
  const { untilMs } = details;
  return {
    ...withReason(details),
    ...(typeof untilMs === "number" ? { until: untilMs / 1000 } : {}),
  };
}

/** `user_timeout` has the length alone, `/mute` a reason beside it; null is for ever. */
function silenceDetails(details: Details): Details {
  const { lengthMs } = details;
  const seconds = typeof lengthMs === "number" ? lengthMs / 1000 : null;
  const reason = withReason(details);
  return "reason" in reason ? { duration: seconds, ...reason } : { timeout: seconds };
}

/** Icon and banner as their addresses elsewhere; files of ours have none that lasts. */
function serverDetails({ name, icon, banner }: Details): Details {
  const url = (asset: unknown): unknown => (asset as { readonly url?: string } | null)?.url ?? null;
  return { name, icon: url(icon), banner: url(banner) };
}

/** The names of this protocol for fields of a channel. */
const channelFields = new Map([
  ["displayName", "display_name"],
  ["kind", "type"],
  ["minRank", "min_rank"],
  ["hasPassword", "has_password"],
  ["ownerId", "owner"],
]);
const ownFields: ReadonlySet<string> = new Set(["channelId", "slug", "hasPassword"]);

const changedFields = (details: Details): Details =>
  Object.fromEntries(
    Object.entries(details)
      .filter(([field]) => !ownFields.has(field))
      .map(([field, value]) => [channelFields.get(field) ?? field, value]),
  );

/** A thread's forum, and what it is called and is now. */
const threadDetails = ({ channelId, ...now }: Details, roster: Roster): Details => ({
  channel: channelName(channelId, roster),
  ...now,
});

/** Names of roles, as far as they are still there. */
const roleNamesOf = (roleIds: unknown, roster: Roster): readonly string[] =>
  (roleIds as readonly RoleId[]).map((id) => roster.role(id)?.name ?? id);

const ownRole = ({ roleId }: Details, roster: Roster): Details => ({
  role: roleNamesOf([roleId], roster)[0],
});
/** Details that are shown as they are stored. */
const asStored = (details: Details): Details => details;

const message = (action: string): Act => ({
  action,
  category: "message_moderation",
  target: thing,
  details: placeDetails,
});
const person = (action: string, details: Act["details"]): Act => ({
  action,
  category: "user_moderation",
  details,
});
const channel = (
  action: string,
  details: Act["details"],
  target = thing as Act["target"],
): Act => ({
  action,
  category: "channel_management",
  ...(target === undefined ? {} : { target }),
  details,
});
/** The target is the invite; who used it did the act. */
const invite = (action: string, details: Act["details"]): Act => ({
  ...person(action, details),
  target: thing,
});
const server = (action: string, details: Act["details"]): Act => ({
  action,
  category: "server_management",
  target: thing,
  details,
});

const roles = "role_management";
const role = (action: string, details: Act["details"]): Act => ({
  action,
  category: roles,
  target: thing,
  details,
});

/** By the event that the act yielded. */
const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["moderation.kicked", person("user_kick", putOutDetails)],
  ["moderation.banned", person("user_ban", putOutDetails)],
  ["moderation.unbanned", person("user_unban", none)],
  ["moderation.silenced", person("user_timeout", silenceDetails)],
  ["moderation.unsilenced", person("user_timeout", () => ({ duration: 0 }))],
  ["moderation.refilled", { ...person("rate_limit_reset", none), category: "other" }],
  [
    "user.joined",
    person("user_add", ({ roleIds }, roster) => ({ roles: roleNamesOf(roleIds, roster) })),
  ],
  ["user.departed", person("user_delete", none)],
  ["user.erased", person("user_erase", none)],
  ["password.changed", person("user_password", none)],
  ["tokens.revoked", person("user_tokens_revoke", none)],
  ["token.ended", person("user_token_revoke", ({ tokenId }) => ({ token: tokenId }))],
  ["user.merged", person("user_merge", none)],
  [
    "invite.created",
    invite("invite_create", ({ roleIds, untilMs, uses, note }, roster) => ({
      uses,
      roles: roleNamesOf(roleIds, roster),
      until: Number(untilMs) / 1000,
      ...(note === undefined ? {} : { note }),
    })),
  ],
  ["invite.revoked", invite("invite_revoke", none)],
  ["invite.used", invite("invite_use", none)],
  [
    "user.assigned",
    person("user_roles_set", ({ roleIds }, roster) => ({ roles: roleNamesOf(roleIds, roster) })),
  ],
  ["user.renamed", person("user_update", ({ username }) => ({ username }))],
  ["user.nicknamed", person("user_update", ({ nickname }) => ({ nickname }))],
  ["role.taken", { ...person("self_role_add", ownRole), category: roles }],
  ["role.dropped", { ...person("self_role_remove", ownRole), category: roles }],
  ["role.created", role("role_create", asStored)],
  ["role.updated", role("role_update", asStored)],
  ["role.deleted", role("role_delete", none)],
  ["role.reordered", role("role_reorder", asStored)],
  ["message.deleted", message("message_delete")],
  ["message.announced", { ...message("announce"), category: "other" }],
  ["pin.added", message("message_pin")],
  ["pin.removed", message("message_unpin")],
  ["channel.created", channel("channel_create", ({ kind }) => ({ type: kind }))],
  ["channel.updated", channel("channel_update", changedFields)],
  ["channel.moved", channel("channel_move", ({ index }) => ({ position: index }), movedChannel)],
  ["channel.deleted", channel("channel_delete", none)],
  ["thread.updated", channel("thread_update", threadDetails)],
  ["thread.deleted", channel("thread_delete", threadDetails)],
  ["poll.ended", message("poll_end")],
  ["attachment.deleted", { ...message("attachment_delete"), details: none }],
  ["server.updated", server("server_update", serverDetails)],
  ["server.phased", server("phase", asStored)],
  ["server.signalled", server("signal", asStored)],
  ["journal.skipped", server("journal_skip", none)],
  ["emoji.added", server("emoji_add", none)],
  ["emoji.updated", server("emoji_update", none)],
  ["emoji.deleted", server("emoji_delete", none)],
  [
    "webhook.created",
    server("webhook_create", ({ channelId }, roster) => ({
      channel: channelName(channelId, roster),
    })),
  ],
  ["webhook.updated", server("webhook_update", ({ name, avatar }) => ({ name, avatar }))],
  ["webhook.renewed", server("webhook_regenerate", none)],
  ["webhook.deleted", server("webhook_delete", none)],
]);

/** The acts behind a category and an action of this protocol; undefined where neither is asked for. */
export function actsBehind(
  category: string | undefined,
  action: string | undefined,
): readonly string[] | undefined {
  if (category === undefined && action === undefined) return undefined;
  return [...acts]
    .filter(([, act]) => category === undefined || act.category === category)
    .filter(([, act]) => action === undefined || act.action === action)
    .map(([name]) => name);
}

const actOf = (act: string): Act =>
  acts.get(act) ?? { action: act, category: "other", target: thing, details: none };

/** Whoever has no account here, such as an operator, stands under this name. */
const operatorName = "operator";

function targetPerson({ targetId }: AuditEntry, roster: Roster): Target {
  return { id: targetId, name: targetId === null ? null : nameOf(targetId as UserId, roster) };
}

/** An entry of `modlog_get.entries`, with the protocol from which it was done. */
export function modlogEntry(entry: AuditEntry, roster: Roster): object {
  const { action, category, target = targetPerson, details } = actOf(entry.act);
  const actorId = entry.actorId ?? operatorName;
  const { id: targetId, name: targetName } = target(entry, roster);
  return {
    id: `${entry.atMs}-${actorId}-${entry.entry}`,
    action,
    category,
    actor_id: actorId,
    actor_name: entry.actorId === null ? operatorName : nameOf(entry.actorId, roster),
    target_id: targetId,
    target_name: targetName,
    details: {
      ...details(entry.details, roster),
      ...(entry.protocol === undefined ? {} : { protocol: entry.protocol }),
    },
    timestamp: entry.atMs / 1000,
  };
}

/** `modlog_summary`: counts by `category.action` and by category, the newest act first. */
export function modlogCounts(counts: readonly { readonly act: string; readonly count: number }[]): {
  readonly action_counts: Readonly<Record<string, number>>;
  readonly category_totals: Readonly<Record<string, number>>;
} {
  const actions = new Map<string, number>();
  const categories = new Map<string, number>();
  for (const { act, count } of counts) {
    const { action, category } = actOf(act);
    const name = `${category}.${action}`;
    actions.set(name, (actions.get(name) ?? 0) + count);
    categories.set(category, (categories.get(category) ?? 0) + count);
  }
  return {
    action_counts: Object.fromEntries(actions),
    category_totals: Object.fromEntries(categories),
  };
}
