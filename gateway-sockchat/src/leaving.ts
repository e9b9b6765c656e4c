/** What people of Sock Chat are told while the community leaves it (bridge table, leaving a protocol). */
import { isTellingDue, leavingOf, leavingWords, type Step, type View } from "@dragoman/gateway-kit";
import { textNotice } from "./bot.ts";
import type { Connection } from "./client.ts";
import { noticePacket } from "./entry.ts";
import { section } from "./settings.ts";

const words = leavingWords({
  protocol: section.name,
  here: "this chat",
  there: "OriginChats",
  bid: "Type /move to see how you come along.",
});

export const { leftText, newsText } = words;

/** The notice, where the community leaves; the connection has been told then. */
export function tellLeaving(client: Connection, view: View): readonly Step[] {
  if (leavingOf(section.name, view).phase === "open") return [];
  client.own.toldAtMs = view.steadyMs;
  return [{ do: "send", packets: [noticePacket(textNotice(words.leavingText(view)), view)] }];
}

/** The same, once a day. */
export function tellAgain(client: Connection, view: View): readonly Step[] {
  const isDue =
    client.session !== undefined && isTellingDue(section.name, client.own.toldAtMs, view);
  return isDue ? tellLeaving(client, view) : [];
}
