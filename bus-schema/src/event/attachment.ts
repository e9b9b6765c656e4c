import { z } from "zod";
import { Attachment } from "../file.ts";
import { AttachmentId, FileId, UserId } from "../id.ts";

export const attachmentEvents = {
  "attachment.added": z.object({ type: z.literal("attachment.added"), attachment: Attachment }),
  /** `why`: `replaced` by a newer one of the same person, `message`: the last message that showed it is gone. */
  "attachment.deleted": z.object({
    type: z.literal("attachment.deleted"),
    attachmentId: AttachmentId,
    fileId: FileId,
    byId: UserId.nullable(),
    why: z.enum(["deleted", "expired", "unused", "replaced", "message"]),
  }),
} as const;
