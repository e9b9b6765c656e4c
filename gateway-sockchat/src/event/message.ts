/** Packets 2, 6 and 7.1: lines of chat, live (reference, parts 2.2 and 5.1; bridge table, Messages). */
import type { Channel, EventOf, Message, UserId } from "@dragoman/bus-schema";
import type { Packet, View } from "@dragoman/gateway-kit";
import type { Connection } from "../client.ts";
import { isGiven, liveLine } from "../entry.ts";
import { italic, type Line, messageAddPacket, messageRemovePacket } from "../packet.ts";
import { type Room, roomAt } from "../room.ts";
import { empty, safe, vouch } from "../text.ts";
import { channelOf, contentText, linesOf, nameOf, personOf, secondsOfMs } from "../view.ts";
import { type Delivery, hearersOf, type Rows, to } from "./row.ts";

const authorIdOf = (message: Message): UserId | undefined =>
  message.author.kind === "user" ? message.author.userId : undefined;

/** Lines for everybody in a channel, after `before`. */
function renderInChannel(
  message: Message,
  channel: Room,
  lines: readonly Line[],
  before: readonly Packet[],
  view: View,
): readonly Delivery[] {
  const authorId = authorIdOf(message);
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
  if (line.author.number === -1 || authorId === undefined) return messageAddPacket(line);
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
  const authorId = authorIdOf(message);
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

/** The protocol has no edit: 6 and the line again for a recent message, an action that tells of it for an old one. */
function renderEdited(
  { message, recent }: EventOf<"message.edited">,
  view: View,
): readonly Delivery[] {
  const atUs = message.editedAtUs ?? message.createdAtUs;
  if (recent) {
    const lines = linesOf(message, view, vouch(" (edited)"), atUs);
    const own = lines.filter((line) => line.id === message.number);
    return renderLines(message, own, [messageRemovePacket(message.number)], view);
  }
  const authorId = authorIdOf(message);
  const author = authorId === undefined ? undefined : view.roster.user(authorId);
  if (author === undefined) {
    const lines = linesOf(message, view, vouch(" (edited)"), atUs).slice(0, 1);
    return renderLines(
      message,
      lines.map((line) => ({ ...line, id: view.lineNumber() })),
      [],
      view,
    );
  }
  const line: Line = {
    seconds: secondsOfMs(atUs / 1000),
    author: personOf(author, view.roster),
    body: italic(safe`edited an earlier message: ${contentText(message.content, view)}`),
    id: view.lineNumber(),
    flags: "11000",
  };
  return renderLines(message, [line], [], view);
}

export const messageRows: Rows<"message"> = {
  "message.posted": ({ message }, _commit, view) =>
    renderLines(message, linesOf(message, view, empty), [], view),
  "message.announced": ({ message }, _commit, view) => [
    to({ to: "everyone" }, linesOf(message, view, empty).map(messageAddPacket)),
  ],
  "message.edited": (event, _commit, view) => renderEdited(event, view),
  "message.deleted": ({ number, place }, _commit, { roster }) => {
    const channel = roomAt(place, roster);
    return channel === undefined ? [] : [to(hearersOf(channel), [messageRemovePacket(number)])];
  },
};
