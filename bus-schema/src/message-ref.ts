/** How a command names a message. */
import { z } from "zod";

/** The newest message of the command's place by a person, whom an id or a name names; null: by any person. */
const NewestBy = z.object({ newestBy: z.string().min(1).max(100).nullable() });
export type NewestBy = z.infer<typeof NewestBy>;

/** A message id, its number in decimal, or the newest of the command's place by somebody. */
export const MessageRef = z.union([z.string().min(1).max(64), NewestBy]);
export type MessageRef = z.infer<typeof MessageRef>;
