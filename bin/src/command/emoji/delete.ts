import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "emoji delete",
  summary: "take one of the community's own emoji away",
  arguments: { emoji: { help: "its id, or its name" } },
  options: {},
  output: z.object({ emojiId: z.string(), name: z.string() }),
  say: ({ name }) => `There is no emoji ${name} any more.`,
  async run({ arguments: { emoji: given } }, tell, { operator, give }) {
    const { emojis = [] } = await operator.frame();
    const found = emojis.find(({ emojiId, name }) => emojiId === given || name === given);
    if (found === undefined)
      throw new OperatorError(`there is no emoji "${given}"`, exitCode.refused);
    const { emojiId, name } = found;
    await give(name, { type: "emoji.delete", emojiId });
    await tell({ emojiId, name });
    return 0;
  },
});
