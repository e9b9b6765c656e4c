import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user rename",
  summary: "give an account another name; the one before goes on finding the person",
  arguments: { name: { help: targetHelp }, newName: { help: "2 to 32 letters, digits, _ or -" } },
  options: {},
  output: z.object({ name: z.string(), before: z.string() }),
  say: ({ name, before }) => `${before} is called ${name} from now on.`,
  async run({ arguments: { name: before, newName: name } }, tell, { give }) {
    await give(before, { type: "user.rename", target: before, name });
    await tell({ name, before });
    return 0;
  },
});
