/** Which places whoever asks may see. */
import type { Channel, Place, Rejection } from "@dragoman/bus-schema";
import { viewsNow } from "../state/find.ts";
import type { OperatorAsker, SessionAsker, Turn } from "./row.ts";

/** The channel of a place, if whoever asks may see it. Operators see all text channels. */
export function visible(
  turn: Turn<SessionAsker | OperatorAsker>,
  place: Place,
): Channel | undefined {
  if (place.threadId !== undefined) return undefined;
  const channel = turn.state.channels.get(place.channelId);
  if (channel === undefined) return undefined;
  const seen =
    turn.asker.kind === "operator"
      ? channel.kind === "text"
      : viewsNow(turn.state, channel, turn.asker.actor);
  return seen ? channel : undefined;
}

/** A place that is not there, or not for the asker's eyes: nobody can tell which. */
export function placeNotFound(place: Place): Rejection {
  return { code: "not_found", what: "channel", given: place.channelId };
}
