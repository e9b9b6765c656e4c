/**
 * What a page shows whose person is not let in, or goes, while the community leaves OriginChats (bridge table, leaving a
 * protocol): one channel with one message, the words. The stock client opens it by itself and keeps it, signed in or not;
 * a banner is gone after seconds, and the window for logging in shows who has a token of Rotur other words.
 */
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { send } from "./answer.ts";
import { leavingPacket, leftText } from "./leaving-text.ts";
import { unsavedMessage } from "./unsaved-message.ts";
import { encode, type JsonObject, listenerOf, withListener } from "./wire.ts";

/** No role of ours has it: so the stock client offers nobody a field to type into. */
const nobody = ["nobody"];

const channelName = "where-to-go";

const channelsPacket = (): Packet =>
  encode({
    cmd: "channels_get",
    val: [
      {
        type: "text",
        name: channelName,
        permissions: { view: ["user"], send: nobody, react: nobody },
      },
    ],
  });

const messagesPacket = (view: View): Packet =>
  encode({
    cmd: "messages_get",
    channel: channelName,
    // One and the same, however often a client asks: it shows each id once.
    messages: [unsavedMessage(leftText(view), view, 0)],
    range: { start: 0, end: 1 },
  });

/** The channel and what stands in it, unasked. */
export const signpostPackets = (view: View): readonly Packet[] => [
  channelsPacket(),
  messagesPacket(view),
];

type Answer = (view: View) => Packet;

const answers: ReadonlyMap<unknown, Answer> = new Map<unknown, Answer>([
  ["channels_get", channelsPacket],
  ["messages_get", messagesPacket],
  ["message_new", (view) => leavingPacket(leftText(view))],
]);

/** What becomes of a packet there that is no log-in: a client asks for the channel once more when it opens it. */
export function atSignpost(packet: JsonObject, view: View): readonly Step[] {
  const answer = answers.get(packet["cmd"]);
  return answer === undefined ? [] : [send(withListener(answer(view), listenerOf(packet)))];
}
