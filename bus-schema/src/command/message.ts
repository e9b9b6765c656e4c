/** Commands about messages. */
import { z } from "zod";
import { Content, Embed } from "../content.ts";
import { AttachmentId } from "../id.ts";
import { MessageRef } from "../message-ref.ts";
import { Place } from "../place.ts";

/**
 * The first line names a person and the first words of a message of theirs. Where such a message is among the newest of the
 * place the line goes and the message is a reply; else the text stays as it is.
 */
const quote = z.object({ name: z.string().max(100), words: z.string().max(400) }).exactOptional();

export const messageCommands = {
  "message.post": z.object({
    type: z.literal("message.post"),
    place: Place,
    kind: z.enum(["text", "action"]),
    content: Content,
    replyTo: MessageRef.exactOptional(),
    quote,
    ping: z.boolean().exactOptional(),
    attachmentIds: z.array(AttachmentId).max(20).exactOptional(),
    embeds: z.array(Embed).max(10).exactOptional(),
  }),
  /** `place`, where given, must be where the message stands; the newest of nowhere is none. Embeds: absent keeps them, `[]` clears them. */
  "message.edit": z.object({
    type: z.literal("message.edit"),
    message: MessageRef,
    place: Place.exactOptional(),
    content: Content,
    embeds: z.array(Embed).max(10).exactOptional(),
  }),
  "message.delete": z.object({
    type: z.literal("message.delete"),
    message: z.string().min(1).max(64),
    place: Place.exactOptional(),
  }),
  /** To one person, on every session of both. Makes the two people's whisper channel where there is none. */
  "message.whisper": z.object({
    type: z.literal("message.whisper"),
    target: z.string().min(1).max(100),
    content: Content,
    quote,
  }),
  /** To everybody, as a line by the system. `command`: the slash command that it was given by, shown with it. */
  "message.announce": z.object({
    type: z.literal("message.announce"),
    content: Content,
    command: z.string().max(64).exactOptional(),
  }),
} as const;
