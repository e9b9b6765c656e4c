/** What a command of its own moves: a session is given the channel where it stands now when the command is settled. */
import type { Commit, Session } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { enter } from "../entry.ts";
import { channelRemovePacket, contextClearPacket } from "../packet.ts";
import { empty } from "../text.ts";
import { channelOf } from "../view.ts";

const removal = channelRemovePacket(empty);

/**
 * What a session gets that has moved by a command of its own; `own` is what the commit gave it like everybody
 * else. A channel's end comes last: the client must not stand in what is not there.
 */
export function arrive(session: Session, own: readonly Packet[], view: View): readonly Step[] {
  const channel = channelOf(session, view.roster);
  if (channel === undefined) return [{ do: "send", packets: own }];
  const before = own.filter((packet) => !packet.startsWith(removal));
  const after = own.filter((packet) => packet.startsWith(removal));
  return [
    ...enter(session, channel, view, [...before, contextClearPacket(3)]),
    ...(after.length === 0 ? [] : [{ do: "send" as const, packets: after }]),
  ];
}

/** Settles any command of a session: with the channel where it stands now, if the commit moves it. */
export function settle(
  session: Session,
  own: readonly Packet[],
  { events }: Commit,
  view: View,
): readonly Step[] {
  const moves = events.some(
    (event) => event.type === "session.moved" && event.sessionId === session.sessionId,
  );
  return moves ? arrive(session, own, view) : [{ do: "send", packets: own }];
}
