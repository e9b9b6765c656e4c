/** Packets 2, 6 and 7.1: lines of chat, live (reference, parts 2.2 and 5.1; bridge table, Messages). */
import type { Channel, EventOf, Message, MessageId, UserId } from "@dragoman/bus-schema";
import type { Packet, View } from "@dragoman/gateway-kit";
import type { Connection } from "../client.ts";
import { contentText } from "../client-form.ts";
import { EditsTold } from "../edits.ts";
import { isGiven, liveLine } from "../entry.ts";
import { bot, italic, type Line, messageAddPacket, messageRemovePacket } from "../packet.ts";
import { type Room, roomAt } from "../room.ts";
import { safe, vouch } from "../text.ts";
import { ToldLines } from "../told.ts";
import { authorOf, channelOf, linesOf, nameOf } from "../view.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

/** Lines for everybody in a channel, after `before`. */
function renderInChannel(
  message: Message,
  channel: Room,
  lines: readonly Line[],
  before: readonly Packet[],
  view: View,
): readonly Delivery[] {
  const authorId = authorOf(message, view.roster)?.userId;
  const given = authorId !== undefined && isGiven(authorId, channel, view);
  return [to(hearersOf(channel), [...before, ...lines.map((line) => liveLine(line, given))])];
}

/**
 * A whisper's line for one of the two. The author's own sessions get the other's name in front: clients cut
 * the first word off to say to whom it went.
 */
function whisperPacket(
  line: Line,
  authorId: UserId | undefined,
  channel: Channel,
  client: Connection,
  view: View,
): Packet {
  if (line.author.number === bot.number || authorId === undefined) {
    return messageAddPacket({ ...line, flags: "10011" });
  }
  const { session } = client;
  const otherId = channel.peopleIds?.find((userId) => userId !== authorId);
  const other = otherId === undefined ? undefined : view.roster.user(otherId);
  if (session?.userId === authorId) {
    const name = other === undefined ? vouch("?") : nameOf(other);
    return messageAddPacket({ ...line, body: safe`${name} ${line.body}`, flags: "10011" });
  }
  const here = session === undefined ? undefined : channelOf(session, view.roster);
  return liveLine({ ...line, flags: "10011" }, isGiven(authorId, here, view));
}

/** A message's lines to its room, or to each of the two of a whisper in a form of their own; `before` stands ahead. */
function renderLines(
  message: Message,
  lines: readonly Line[],
  before: readonly Packet[],
  view: View,
): readonly Delivery[] {
  const channel = roomAt(message.place, view.roster);
  if (channel === undefined || lines.length === 0) return [];
  if (channel.kind !== "whisper") return renderInChannel(message, channel, lines, before, view);
  const authorId = authorOf(message, view.roster)?.userId;
  return [
    {
      audience: hearersOf(channel),
      personal: (client) => [
        ...before,
        ...lines.map((line) => whisperPacket(line, authorId, channel, client, view)),
      ],
    },
  ];
}

/** Takes a message's line and all that holds words of it off the screens. */
function removals(messageId: MessageId, number: number, { roster }: View): readonly Packet[] {
  const told = roster.extension(ToldLines).take(messageId);
  return [number, ...told].map(messageRemovePacket);
}

/** The protocol has no edit: the old line goes, and the new one comes at the end; of an old message as an action. */
export function renderEdited(
  { message, recent }: EventOf<"message.edited">,
  view: View,
): readonly Delivery[] {
  const gone = removals(message.messageId, message.number, view);
  const atUs = message.editedAtUs ?? message.createdAtUs;
  const lines = linesOf(message, view, atUs);
  if (recent) return renderLines(message, lines, gone, view);
  const body = italic(safe`edited an earlier message: ${contentText(message.content, view)}`);
  const shown = lines.map((line): Line => {
    const isOwn = line.id === message.number && line.author.number !== bot.number;
    return isOwn ? { ...line, body, flags: "11000" } : line;
  });
  return renderLines(message, shown, gone, view);
}

function renderDeleted(
  { messageId, number, place, expired }: EventOf<"message.deleted">,
  view: View,
): readonly Delivery[] {
  const room = roomAt(place, view.roster);
  // What its time has ended goes from the history alone: nobody is told of thousands of old lines.
  if (room === undefined || expired === true) return [];
  const everywhere = view.roster.extension(ToldLines).isAnnounced(messageId);
  const audience = everywhere ? ({ to: "everyone" } as const) : hearersOf(room);
  return [to(audience, removals(messageId, number, view))];
}

export const messageRows: Rows<"message"> = {
  "message.posted": ({ message }, _commit, view) =>
    renderLines(message, linesOf(message, view), [], view),
  "message.announced": ({ message }, _commit, view) => [
    to({ to: "everyone" }, linesOf(message, view).map(messageAddPacket)),
  ],
  "message.edited": (event, _commit, view) => {
    const edits = view.roster.extension(EditsTold);
    return edits.takeNow(event.message.messageId, view.steadyMs) ? renderEdited(event, view) : [];
  },
  "message.deleted": (event, _commit, view) => renderDeleted(event, view),
};
