import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { refuseNothing } from "../value.ts";
import { roleOptions, typedFields } from "./fields.ts";

export const command = houseCommand({
  name: "role change",
  summary: "change a role; what is not given stays",
  arguments: { role: { help: "its name" } },
  options: { name: { help: "another name", value: "name" }, ...roleOptions },
  output: z.object({ name: z.string() }),
  say: ({ name }) => `The role ${name} is changed.`,
  async run({ arguments: { role }, options }, tell, { give }) {
    const { name } = options;
    const renamed = name === undefined ? {} : { name };
    const fields = { ...renamed, ...typedFields(options) };
    refuseNothing("role change", fields);
    await give(role, { type: "role.update", role, ...fields });
    await tell({ name: name ?? role });
    return 0;
  },
});
