import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user unban",
  summary: "let a banned or kicked person in again",
  arguments: { name: { help: targetHelp } },
  options: {},
  output: z.object({ name: z.string() }),
  say: ({ name }) => `${name} may come in again.`,
  async run({ arguments: { name: target } }, tell, { give }) {
    await give(target, { type: "moderation.unban", target });
    await tell({ name: target });
    return 0;
  },
});
