import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "emoji list",
  summary: "the community's own emoji",
  arguments: {},
  options: {},
  output: z.object({ emojiId: z.string(), name: z.string(), bytes: z.int() }),
  stream: true,
  say: ({ emojiId, name, bytes }) => [emojiId, name, bytes].join("\t"),
  async run(_given, tell, { operator }) {
    for (const { emojiId, name, file } of (await operator.frame()).emojis ?? []) {
      await tell({ emojiId, name, bytes: file.size });
    }
    return 0;
  },
});
