/** What a session of OriginChats is like. */
import type { OpeningTraits } from "@dragoman/bus-schema";

/** It has all channels at once, and its client asks for their history itself; a flood costs the connection. */
export const traits: OpeningTraits = {
  stands: "everywhere",
  flood: "close",
  returnMs: 0,
  toldMissedWhispers: false,
};
