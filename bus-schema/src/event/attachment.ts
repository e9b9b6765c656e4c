import { z } from "zod";
import { Attachment, StoredFile } from "../file.ts";
import { AttachmentId, UserId } from "../id.ts";

export const attachmentEvents = {
  "attachment.added": z.object({ type: z.literal("attachment.added"), attachment: Attachment }),
  /** `why`: `replaced` by a newer one of the same person, `message`: the last message that showed it is gone. */
  "attachment.deleted": z.object({
    type: z.literal("attachment.deleted"),
    attachmentId: AttachmentId,
    file: StoredFile,
    byId: UserId.nullable(),
    why: z.enum(["deleted", "expired", "unused", "replaced", "message"]),
  }),
} as const;
