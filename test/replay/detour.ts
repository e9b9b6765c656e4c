/**
 * Detours: steps of one recording that go another way here, where no rule about frames can say how. A detour
 * names the exact frames that come instead, so that nothing passes unseen. Those of a recording stand in a file
 * of its name in `detours/<protocol>/`, one JSON object a line, in order.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Frames are texts, or JSON that is their text. Ids, times and secrets in them are masked as all others are. */
const Frames = z.record(z.string(), z.array(z.unknown()));

const Detour = z.strictObject({
  /** Line of the action in the recording; the seed is line 0. */
  line: z.int().min(1),
  /** Where it is written. */
  section: z.string().min(1),
  what: z.string().min(1),
  /** All frames of the clients that it names. The others receive what the rules say. */
  received: Frames,
  /** Whose connections end then, all of them; absent: as the rules say. */
  closed: z.record(z.string(), z.int()).optional(),
  /** The action is left out, since all that follows would have nothing to do with the recording. */
  unsent: z.literal(true).optional(),
  /** What is done behind it, so that both are in the same state again, and all that comes of it. */
  behind: z
    .array(
      z.strictObject({
        who: z.string(),
        does: z.union([z.enum(["open", "close"]), z.strictObject({ send: z.unknown() })]),
        received: Frames,
        closed: z.record(z.string(), z.int()).optional(),
      }),
    )
    .optional(),
});
export type Detour = z.infer<typeof Detour>;

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../replay/detours");

/**
 * The detours of a recording; none when it has no such file.
 * @throws Error when a line of the file is no detour
 */
export async function readDetours(protocol: string, recording: string): Promise<readonly Detour[]> {
  const path = join(folder, protocol, basename(recording));
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => Detour.parse(JSON.parse(line)));
}

export const asText = (frame: unknown): string =>
  typeof frame === "string" ? frame : JSON.stringify(frame);
