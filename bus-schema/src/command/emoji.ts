/** Commands about the community's own emoji. The picture is stored already. */
import { z } from "zod";
import { StoredFile } from "../file.ts";
import { EmojiId } from "../id.ts";

export const emojiCommands = {
  "emoji.add": z.object({
    type: z.literal("emoji.add"),
    name: z.string().max(200),
    file: StoredFile,
  }),
  "emoji.update": z.object({
    type: z.literal("emoji.update"),
    emojiId: EmojiId,
    name: z.string().max(200).exactOptional(),
    file: StoredFile.exactOptional(),
  }),
  "emoji.delete": z.object({ type: z.literal("emoji.delete"), emojiId: EmojiId }),
} as const;
