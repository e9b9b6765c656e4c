import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "role delete",
  summary: "take a role away from everybody, and from the lists of channels",
  arguments: { role: { help: "its name" } },
  options: {},
  output: z.object({ name: z.string() }),
  say: ({ name }) => `There is no role ${name} any more.`,
  async run({ arguments: { role } }, tell, { give }) {
    await give(role, { type: "role.delete", role });
    await tell({ name: role });
    return 0;
  },
});
