/** What rows of the event table are made of. */
import type { Channel, Family, SessionId, UserId } from "@dragoman/bus-schema";
import type { FamilyRows, Delivery as KitDelivery } from "@dragoman/gateway-kit";
import type { OriginchatsClient } from "../client.ts";
import type { Dialect } from "../dialect.ts";
import { encode } from "../wire.ts";

/** The rows that the family file of prefix `F` must hold. */
export type Rows<F extends Family> = FamilyRows<F, OriginchatsClient, Dialect>;
/** Packets of an event and who hears them. */
export type Delivery = KitDelivery<OriginchatsClient, Dialect>;

/** One packet to everybody. */
export const toEveryone = (build: () => object): Delivery => ({
  audience: { to: "everyone" },
  packets: () => [encode(build())],
});

/** One packet to all connections of these people. */
export const toPeople = (userIds: readonly UserId[], build: () => object): Delivery => ({
  audience: { to: "people", userIds },
  packets: () => [encode(build())],
});

/**
 * To a channel's viewers: one rendering for all, but one for each of the two people of a whisper channel,
 * whose name differs by viewer.
 */
export function toChannel(
  channel: Channel,
  build: (viewerId: UserId | undefined) => object,
): Delivery {
  const audience = { to: "channel", channelId: channel.channelId } as const;
  if (channel.kind !== "whisper") return { audience, packets: () => [encode(build(undefined))] };
  return toEach(channel, build);
}

/** To a channel's viewers, rendered for each. */
const toEach = (channel: Channel, build: (viewerId: UserId) => object): Delivery => ({
  audience: { to: "channel", channelId: channel.channelId },
  personal: ({ session }) => (session === undefined ? [] : [encode(build(session.userId))]),
});

/** To everybody but one connection. */
export const toEveryoneElse = (sessionId: SessionId | undefined, build: () => object): Delivery =>
  sessionId === undefined
    ? toEveryone(build)
    : { ...toEveryone(build), exceptSessionId: sessionId };

/** To these people, rendered for each. */
export const toEachOf = (
  userIds: readonly UserId[],
  build: (viewerId: UserId) => object,
): Delivery => ({
  audience: { to: "people", userIds },
  personal: ({ session }) => (session === undefined ? [] : [encode(build(session.userId))]),
});
