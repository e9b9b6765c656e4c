/** 7.2 as it is given to each who comes in: made once for all who hold the same roles, until a room or a role changes. */
import { type Actor, sees, type UserId } from "@dragoman/bus-schema";
import type { Packet, Roster, RosterExtension } from "@dragoman/gateway-kit";
import { channelListPacket } from "./packet.ts";
import { type Room, roomsOf } from "./room.ts";
import { listedChannel } from "./view.ts";

/** Lists that are kept. */
const keptMax = 64;

export class ChannelLists implements RosterExtension {
  readonly #roster: Roster;
  /** By the roles that are shown them. */
  readonly #packets = new Map<string, Packet>();
  #of: { readonly rooms: readonly Room[]; readonly roleEpoch: number } | undefined;

  constructor(of: Roster) {
    this.#roster = of;
  }

  /** 7.2 for a person. */
  packet(userId: UserId): Packet {
    const rooms = roomsOf(this.#roster);
    const { roleEpoch } = this.#roster;
    if (this.#of?.rooms !== rooms || this.#of.roleEpoch !== roleEpoch) {
      this.#packets.clear();
      this.#of = { rooms, roleEpoch };
    }
    const actor = this.#roster.actor(userId);
    const key = actor.roles.map(({ roleId }) => roleId).join(" ");
    const known = this.#packets.get(key);
    if (known !== undefined) return known;
    const packet = packetOf(rooms, actor);
    if (this.#packets.size >= keptMax) this.#packets.clear();
    this.#packets.set(key, packet);
    return packet;
  }

  /** Nothing: what has changed is seen when a list is asked for. */
  before(): void {
    return;
  }
}

/** Whether somebody sees a text channel hangs on their roles alone. */
const packetOf = (rooms: readonly Room[], actor: Actor): Packet =>
  channelListPacket(
    rooms.filter((room) => room.kind === "text" && sees(room, actor)).map(listedChannel),
  );
