/** A message as an operator is shown it. */
import type { Message } from "@dragoman/bus-schema";
import { z } from "zod";
import { inOneLine } from "../terminal-text.ts";

export const messageOutput = z.object({
  messageId: z.string(),
  at: z.string(),
  channel: z.string(),
  threadId: z.string().exactOptional(),
  author: z.string().nullable().describe("null: the server"),
  text: z.string(),
  editedAt: z.string().exactOptional(),
  files: z.int(),
});
export type MessageOutput = z.infer<typeof messageOutput>;

/** @param nameOf what a person is called */
export async function messageOf(
  message: Message,
  channel: string,
  nameOf: (userId: string) => Promise<string>,
): Promise<MessageOutput> {
  const { messageId, createdAtUs, editedAtUs, place, author, content, attachments, webhook } =
    message;
  const atOf = (us: number): string => new Date(Math.floor(us / 1_000)).toISOString();
  return {
    messageId,
    at: atOf(createdAtUs),
    channel,
    ...(place.threadId === undefined ? {} : { threadId: place.threadId }),
    author: webhook?.name ?? (author.kind === "user" ? await nameOf(author.userId) : null),
    text: content.text,
    ...(editedAtUs == null ? {} : { editedAt: atOf(editedAtUs) }),
    files: attachments?.length ?? 0,
  };
}

/** One line, with tabs between. */
export const sayMessage = ({ messageId, at, channel, author, text }: MessageOutput): string =>
  [at, messageId, channel, author ?? "-", inOneLine(text)].join("\t");
