/** The event table's types for this protocol, and the audiences that its rows share. */
import type { Family, UserId } from "@dragoman/bus-schema";
import type { Audience, FamilyRows, Delivery as KitDelivery, Packet } from "@dragoman/gateway-kit";
import type { SockchatClient } from "../client.ts";
import type { Dialect } from "../dialect.ts";
import { placeOf, type Room } from "../room.ts";

/** The rows that the file of a family must hold. */
export type Rows<F extends Family> = FamilyRows<F, SockchatClient, Dialect>;
/** Packets of an event and who hears them. */
export type Delivery = KitDelivery<SockchatClient, Dialect>;

/** The same packets for everybody in the audience. */
export function to(
  audience: Audience,
  packets: readonly Packet[],
  exceptUserId?: UserId,
): Delivery {
  const all = { audience, packets: () => packets };
  return exceptUserId === undefined ? all : { ...all, exceptUserId };
}

/** Those who hear a room's events: who stands in it, or the two people of a whisper. */
export function hearersOf(room: Room): Audience {
  return room.kind === "whisper"
    ? { to: "people", userIds: room.peopleIds ?? [] }
    : { to: "channel", ...placeOf(room) };
}
