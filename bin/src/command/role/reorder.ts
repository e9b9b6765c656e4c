import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { refuseTwice } from "../value.ts";

export const command = houseCommand({
  name: "role reorder",
  summary: "put roles in an order, the highest first; the others follow as they are",
  arguments: { role: { help: "their names", many: true } },
  options: {},
  output: z.object({ roles: z.array(z.string()).describe("all of them, the highest first") }),
  say: ({ roles }) => roles.join("\n"),
  async run({ arguments: { role: roles } }, tell, { operator, give }) {
    refuseTwice("role reorder", roles);
    await give(roles.join(", "), { type: "role.reorder", roles: [...roles] });
    const all = (await operator.frame()).roles.toSorted((a, b) => a.position - b.position);
    await tell({ roles: all.map(({ name }) => name) });
    return 0;
  },
});
