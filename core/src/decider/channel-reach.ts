/** Which channels somebody may change, and how far. */
import {
  type Channel,
  type ChannelPermissions,
  channelRights,
  type Rejection,
  type Result,
  rankOf,
  sees,
} from "@dragoman/bus-schema";
import { channelByRef } from "../state/find.ts";
import { hasRight } from "./guard.ts";
import { type MemberContext, refuse } from "./row.ts";

export function isManager(context: MemberContext): boolean {
  return hasRight(context, "manageChannels");
}

/** The channel that was typed; not found where whoever asks neither sees it nor manages channels. */
export function channelOf(context: MemberContext, given: string): Result<Channel> {
  const channel = channelByRef(context.state, given);
  const { asker } = context;
  const seen =
    channel !== undefined &&
    (isManager(context) || (asker.kind === "session" && sees(channel, asker.actor)));
  return seen
    ? { ok: true, value: channel }
    : refuse({ code: "not_found", what: "channel", given });
}

/** Whether the asker may raise a channel's minimum rank so high. */
export function checkRank({ asker }: MemberContext, minRank: number): Rejection | null {
  return asker.kind === "session" && minRank > rankOf(asker.actor)
    ? { code: "rank_too_low", given: String(minRank) }
    : null;
}

/** The lists without those that are empty, which the original drops too. */
export function withoutEmpty(permissions: ChannelPermissions): ChannelPermissions {
  const kept: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = permissions[right];
    if (list !== undefined && list.length > 0) kept[right] = list;
  }
  return kept;
}
