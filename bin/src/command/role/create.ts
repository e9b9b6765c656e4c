import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { roleOptions, typedFields } from "./fields.ts";

const plain = {
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: false,
  category: null,
} as const;

export const command = houseCommand({
  name: "role create",
  summary: "make a role, which is listed last",
  arguments: { name: { help: "what it is called" } },
  options: roleOptions,
  output: z.object({ name: z.string() }),
  say: ({ name }) => `There is a role ${name}.`,
  async run({ arguments: { name }, options }, tell, { give }) {
    const role = { ...plain, permissions: [...plain.permissions], ...typedFields(options) };
    await give(name, { type: "role.create", name, ...role });
    await tell({ name });
    return 0;
  },
});
