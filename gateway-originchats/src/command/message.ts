/** Writing, changing and reading messages (part 2, sections 3 to 5 and 9.1). */
import {
  clipped,
  isLonger,
  MessageId,
  type MessageId as MessageIdType,
} from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, echoPosted, fail, query, reply, send } from "../answer.ts";
import { readEmbeds } from "../embed.ts";
import { EmptyPlaces } from "../empty-places.ts";
import { messageEdit, messagesGet, newerPage, unreadsUpdate } from "../packet.ts";
import { shownName } from "../place.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { encode, isTruthy } from "../wire.ts";
import { notThere, readAttached } from "./attached.ts";
import { coversOf } from "./covers.ts";
import {
  type CommandRows,
  findAgain,
  findOpen,
  findPlace,
  findReadable,
  hasRoles,
  noRoles,
  optionalText,
  placeFields,
  row,
} from "./row.ts";
import { beginWhisper, findUnbegun, readUnbegun } from "./unbegun.ts";

const noOriginal = "The message you're trying to reply to was not found";
const empty = "Message content or attachments cannot be empty";
const wordsFirst = "The first message to somebody is words alone";
/** What core finds wrong with a post, by its field (part 2, section 3). */
const invalidTexts: ReadonlyMap<string, string> = new Map([
  ["content", empty],
  ["channel", "Cannot send messages in this channel type"],
]);
const ownTexts: OwnTexts = { invalid: ({ field }) => invalidTexts.get(field) };

function tooLong(ask: Ask, content: string): string | undefined {
  const max = ask.view.roster.server.postContentMax;
  if (!isLonger(content, max)) return undefined;
  return `Message too long. Maximum length is ${max} characters`;
}

// ---- message_new --------------------------------------------------------------------------------------

const NewShape = z.object({
  ...placeFields,
  content: optionalText,
  reply_to: optionalText,
  ping: z.unknown().exactOptional(),
  embeds: z.unknown().exactOptional(),
  attachments: z.unknown().exactOptional(),
});
type New = z.infer<typeof NewShape>;

function missingFields(packet: New): readonly string[] {
  const missing: string[] = [];
  if (!packet.channel && !packet.thread_id) missing.push("channel or thread_id");
  if (!packet.content && !isTruthy(packet.attachments)) missing.push("content or attachments");
  return missing;
}

/** The checks in the reference's order; budget, list and reply are core's. */
function postMessage(packet: New, ask: Ask): readonly Step[] {
  const missing = missingFields(packet);
  if (missing.length > 0) return fail(ask, `Missing fields: ${missing.join(", ")}`);
  const content = (packet.content ?? "").trim();
  const attached = isTruthy(packet.attachments);
  if (content === "" && !attached) return fail(ask, empty);
  const given = readEmbeds(packet.embeds);
  if (!given.ok) return fail(ask, given.error);
  const long = tooLong(ask, content);
  if (long !== undefined) return fail(ask, long);
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const unsendable = `You do not have permission to send messages in this ${kindOf(packet)}`;
  const unbegun = findUnbegun(ask, packet);
  if (unbegun !== undefined) {
    if (attached || given.embeds !== undefined) return fail(ask, wordsFirst);
    if (packet.reply_to) return fail(ask, noOriginal);
    return beginWhisper(unbegun, content, ask, ownTexts);
  }
  const found = findPlace(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const files = readAttached(packet.attachments, ask, found.channel);
  if (!files.ok) return fail(ask, files.error);
  const original = packet.reply_to ? MessageId.safeParse(packet.reply_to) : undefined;
  if (original?.success === false) return fail(ask, noOriginal);
  const pingGiven = packet.ping !== undefined && packet.ping !== null;
  return [
    {
      do: "command",
      body: {
        type: "message.post",
        place: found.place,
        kind: "text",
        content: { text: content, markup: "markdown" },
        ...(original === undefined ? {} : { replyTo: original.data }),
        ...(pingGiven ? { ping: isTruthy(packet.ping) } : {}),
        ...(files.ids.length === 0 ? {} : { attachmentIds: files.ids }),
        ...(given.embeds === undefined || given.embeds.length === 0
          ? {}
          : { embeds: given.embeds }),
      },
      settle: echoPosted(ask),
      refuse: refuse(ask, {
        ...ownTexts,
        not_found: (rejection) => {
          if (rejection.what === "attachment") return notThere(rejection.given);
          return rejection.what === "message" ? noOriginal : undefined;
        },
        not_permitted: ({ need, hidden }) => (need === "send" && !hidden ? unsendable : undefined),
      }),
    },
  ];
}

const kindOf = (packet: { readonly thread_id?: string | null }): "thread" | "channel" =>
  packet.thread_id ? "thread" : "channel";

// ---- message_edit, message_delete -----------------------------------------------------------------------

const EditShape = z.object({
  ...placeFields,
  id: optionalText,
  content: optionalText,
  embeds: z.unknown().exactOptional(),
});

function editMessage(packet: z.infer<typeof EditShape>, ask: Ask): readonly Step[] {
  const content = (packet.content ?? "").trim();
  if (!packet.id || (!packet.channel && !packet.thread_id) || content === "") {
    return fail(ask, "Invalid message edit format");
  }
  const given = readEmbeds(packet.embeds);
  if (!given.ok) return fail(ask, given.error);
  const long = tooLong(ask, content);
  if (long !== undefined) return fail(ask, long);
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findOpen(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const notThere = "Message not found or cannot be edited";
  if (!MessageId.safeParse(packet.id).success) return fail(ask, notThere);
  return [
    {
      do: "command",
      body: {
        type: "message.edit",
        message: packet.id,
        place: found.place,
        content: { text: content, markup: "markdown" },
        ...(given.embeds === undefined ? {} : { embeds: given.embeds }),
      },
      settle: echo(ask, "message_edit", (commit, { roster }) => {
        const event = commit.events.find((each) => each.type === "message.edited");
        return event && messageEdit(event.message, found.channel, ask.session.userId, roster);
      }),
      refuse: refuse(ask, {
        invalid: (rejection) =>
          rejection.field === "content" ? "Invalid message edit format" : undefined,
        not_permitted: (rejection) =>
          rejection.need === "edit_own"
            ? `You do not have permission to edit your own message in this ${kindOf(packet)}`
            : undefined,
        not_found: (rejection) => (rejection.what === "message" ? notThere : undefined),
      }),
    },
  ];
}

const DeleteShape = z.object({ ...placeFields, id: optionalText });

function deleteMessage(packet: z.infer<typeof DeleteShape>, ask: Ask): readonly Step[] {
  if (!packet.id || (!packet.channel && !packet.thread_id)) {
    return fail(ask, "Invalid message delete format");
  }
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const found = findOpen(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const notThere = "Message not found or cannot be deleted";
  if (!MessageId.safeParse(packet.id).success) return fail(ask, notThere);
  const messageId = packet.id;
  return [
    {
      do: "command",
      body: {
        type: "message.delete",
        message: messageId,
        place: found.place,
      },
      settle: echo(ask, "message_delete", (_, { roster }) => ({
        cmd: "message_delete",
        id: messageId,
        channel: shownName(found.channel, ask.session.userId, roster),
        ...(found.thread === undefined ? {} : { thread_id: found.thread.threadId }),
        global: true,
      })),
      refuse: refuse(ask, {
        not_found: (rejection) => (rejection.what === "message" ? notThere : undefined),
        not_permitted: (rejection) =>
          rejection.need === "delete_own"
            ? `You do not have permission to delete your own message in this ${kindOf(packet)}`
            : undefined,
        rank_too_low: () => "You do not have permission to delete this message",
      }),
    },
  ];
}

// ---- messages_get ---------------------------------------------------------------------------------------

/** `messages_get`, and what `thread_messages` shares with it (part 2, 9.1). */
export const GetShape = z.object({
  ...placeFields,
  start: z.union([z.number(), z.string()]).exactOptional(),
  limit: z.union([z.int(), z.boolean().transform(Number)]).exactOptional(),
});

/** Part 2, 9.1: what a request asks of a page. */
export function pageOf(packet: z.infer<typeof GetShape>): {
  readonly limit: number;
  readonly skip?: number;
  readonly before?: string;
} {
  const limit = packet.limit === undefined || packet.limit === 0 ? 100 : packet.limit;
  const bounded = Math.min(200, Math.max(0, limit));
  const { start = 0 } = packet;
  // An id longer than any id is unknown anyway; the bus carries 64 characters.
  if (typeof start === "string") return { limit: bounded, before: clipped(start, 64) };
  if (!Number.isSafeInteger(start)) return { limit: 0 };
  return { limit: bounded, skip: Math.max(0, start) };
}

/** The place is marked as read first; the update is told before the page (part 2, 9.1 and 11.3). */
function getMessages(packet: z.infer<typeof GetShape>, ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const { start = 0, limit = 100 } = packet;
  const unbegun = findUnbegun(ask, packet);
  if (unbegun !== undefined) {
    const from = typeof start === "string" ? 0 : start;
    return readUnbegun(unbegun, { start: from, end: from + limit }, ask);
  }
  const found = findReadable(ask, packet);
  if (!found.ok) return fail(ask, found.error);
  const { place } = found;
  const { userId } = ask.session;
  const { newer } = ask.client.own;
  let isMarkTold = false;
  const paged = new Set<MessageIdType>();
  return [
    {
      do: "command",
      body: { type: "unread.mark", place },
      settle: (own) => {
        isMarkTold = true;
        return [send(...own)];
      },
      refuse: () => {
        isMarkTold = true;
        return [];
      },
    },
    query({
      body: { type: "message.page", place, ...pageOf(packet) },
      answer: ({ messages, total, older, newestId }, { roster }) => {
        const present = findAgain(ask, found, roster);
        if (present === undefined) return fail(ask, found.absent);
        for (const message of messages) paged.add(message.messageId);
        ask.client.own.emptyPage = total === 0 ? place : undefined;
        if (total === 0) roster.extension(EmptyPlaces).add(place);
        const from = typeof start === "string" ? total - older - messages.length : start;
        const range = { start: from, end: from + limit };
        const plain = messagesGet(messages, range, present, userId, roster, place.threadId);
        const page = reply(ask, newer ? newerPage(plain, older === 0) : plain);
        if (isMarkTold || newestId === null) return [page];
        const name = shownName(present, userId, roster);
        return [send(encode(unreadsUpdate(newestId, name, place.threadId))), page];
      },
      covers: coversOf(paged),
      refuse: refuse(ask),
    }),
  ];
}

export const messageCommands = {
  message_new: row({ shape: NewShape, translate: postMessage }),
  message_edit: row({ shape: EditShape, translate: editMessage }),
  message_delete: row({ shape: DeleteShape, translate: deleteMessage }),
  messages_get: row({ shape: GetShape, translate: getMessages }),
} as const satisfies CommandRows;
