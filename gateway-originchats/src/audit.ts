/** Entries of the audit log as this protocol's moderation log has them (part 3, section 12). */
import type { AuditEntry, ChannelId, UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { nameOf } from "./view.ts";

type Details = Readonly<Record<string, unknown>>;

interface Act {
  readonly action: string;
  readonly category: string;
  /** The entry's `target_name`; absent: the person's, who is the target. */
  readonly nameTarget?: (entry: AuditEntry, roster: Roster) => string | null;
  readonly details: (details: Details, roster: Roster) => Details;
}

const none = (): Details => ({});
const nobody = (): null => null;

/** A present channel's name; of one that is gone only the id is left. */
function channelName(details: Details, roster: Roster): string {
  const channelId = String(details["channelId"]);
  return roster.channel(channelId as ChannelId)?.name ?? channelId;
}

function placeDetails(details: Details, roster: Roster): Details {
  const threadId = details["threadId"];
  return {
    channel: channelName(details, roster),
    ...(typeof threadId === "string" ? { thread_id: threadId } : {}),
  };
}

const withReason = ({ reason }: Details): Details => (typeof reason === "string" ? { reason } : {});

/** The length of a ban or kick with an end is no field of the original's; it is told as its end. */
function putOut(details: Details): Details {
  const { untilMs } = details;
  return {
    ...withReason(details),
    ...(typeof untilMs === "number" ? { until: untilMs / 1000 } : {}),
  };
}

/** `user_timeout` has the length alone, `/mute` a reason beside it; null is for ever. */
function silenced(details: Details): Details {
  const { lengthMs } = details;
  const seconds = typeof lengthMs === "number" ? lengthMs / 1000 : null;
  const reason = withReason(details);
  return "reason" in reason ? { duration: seconds, ...reason } : { timeout: seconds };
}

const people = "user_moderation";

/** By the event that the act yielded. */
const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["moderation.kicked", { action: "user_kick", category: people, details: putOut }],
  ["moderation.banned", { action: "user_ban", category: people, details: putOut }],
  ["moderation.unbanned", { action: "user_unban", category: people, details: none }],
  ["moderation.silenced", { action: "user_timeout", category: people, details: silenced }],
  [
    "moderation.unsilenced",
    { action: "user_timeout", category: people, details: () => ({ duration: 0 }) },
  ],
  ["moderation.cleared", { action: "rate_limit_reset", category: "other", details: none }],
  [
    "message.deleted",
    {
      action: "message_delete",
      category: "message_moderation",
      nameTarget: nobody,
      details: placeDetails,
    },
  ],
  [
    "message.announced",
    { action: "announce", category: "other", nameTarget: nobody, details: placeDetails },
  ],
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
  acts.get(act) ?? { action: act, category: "other", nameTarget: nobody, details: none };

/** Whoever has no account here, such as an operator, stands under this name. */
const operatorName = "operator";

/** An entry of `modlog_get.entries`. Entries of the other protocol say so. */
export function modlogEntry(entry: AuditEntry, roster: Roster): object {
  const { action, category, nameTarget, details } = actOf(entry.act);
  const actorId = entry.actorId ?? operatorName;
  const { targetId } = entry;
  const targetName =
    nameTarget === undefined
      ? targetId === null
        ? null
        : nameOf(targetId as UserId, roster)
      : nameTarget(entry, roster);
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
      ...(entry.protocol === undefined || entry.protocol === "originchats"
        ? {}
        : { protocol: entry.protocol }),
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
