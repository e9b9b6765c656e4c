import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user unsilence",
  summary: "end a silence",
  arguments: { name: { help: targetHelp } },
  options: {},
  output: z.object({ name: z.string() }),
  say: ({ name }) => `${name} is heard again.`,
  async run({ arguments: { name: target } }, tell, { give }) {
    await give(target, { type: "moderation.unsilence", target });
    await tell({ name: target });
    return 0;
  },
});
