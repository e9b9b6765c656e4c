/** Commands about uploads. */
import { z } from "zod";
import { FileName, StoredFile } from "../file.ts";
import { AttachmentId, ChannelId } from "../id.ts";

export const attachmentCommands = {
  /**
   * The file is stored already. `key` proves which live session it is for (`Session.keyTag`): the request may have
   * reached another gateway than the session's. `expiresInMs` can only shorten.
   */
  "attachment.add": z.object({
    type: z.literal("attachment.add"),
    key: z.string().min(1).max(100),
    attachmentId: AttachmentId,
    channelId: ChannelId,
    name: FileName,
    file: StoredFile,
    expiresInMs: z.int().min(0).exactOptional(),
  }),
  "attachment.delete": z.object({
    type: z.literal("attachment.delete"),
    attachmentId: z.string().min(1).max(64),
  }),
} as const;
