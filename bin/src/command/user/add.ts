import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "user add",
  summary: "make an account; the password is asked for, or read from standard input",
  arguments: { name: { help: "2 to 32 letters, digits, _ or -" } },
  options: {
    role: { help: "a role beside `user`; may be given again", value: "role", many: true },
  },
  output: z.object({ name: z.string(), roles: z.array(z.string()) }),
  say: ({ name, roles }) =>
    `${name} has an account${roles.length > 0 ? ` as ${roles.join(", ")}` : ""}.`,
  before: async () => (await import("../../read-password.ts")).readNewPassword(),
  async run({ arguments: { name }, options: { role: roles } }, tell, house, password) {
    house.accept(name, await house.operator.addUser({ name, password, roles, demo: false }));
    await tell({ name, roles: [...roles] });
    return 0;
  },
});
