/** The words of who leaves OriginChats, and the packet that they stand in (bridge table, leaving a protocol). */
import { leavingWords, type Packet } from "@dragoman/gateway-kit";
import { section } from "./settings.ts";
import { errorPacket } from "./wire.ts";

export const { leavingText, leftText, newsText } = leavingWords({
  protocol: section.name,
  here: "this server",
  there: "Sock Chat",
  bid: "Call /move to see how you come along.",
});

/** Who said a thing that nobody asked for, in `src`. */
const source = "server_update";

/** An `error`: the stock client shows it in a banner wherever its reader is, for some seconds. */
export const leavingPacket = (text: string): Packet => errorPacket(source, text);
