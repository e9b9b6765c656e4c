/** A signed-in connection, the person behind it, and the channel that it stands in. */
import type { RosterUser, Session } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import type { Connection } from "./client.ts";
import type { Room } from "./room.ts";
import { channelOf } from "./view.ts";

export interface Speaker {
  readonly client: Connection;
  readonly session: Session;
  readonly user: RosterUser;
  readonly channel: Room;
}

/** Undefined: nobody is signed in here. */
export function speakerOf(client: Connection, view: View): Speaker | undefined {
  const { session } = client;
  if (session === undefined) return undefined;
  const user = view.roster.user(session.userId);
  const channel = channelOf(session, view.roster);
  return user === undefined || channel === undefined
    ? undefined
    : { client, session, user, channel };
}
