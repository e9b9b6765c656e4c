import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "user password",
  summary: "give an account another password, asked for or read from standard input",
  notes: "Tokens and sessions of before end.",
  arguments: { name: { help: "whose" } },
  options: {},
  output: z.object({ name: z.string() }),
  say: ({ name }) => `${name} has another password; tokens and sessions of before are ended.`,
  before: async () => (await import("../../read-password.ts")).readNewPassword(),
  async run({ arguments: { name } }, tell, house, password) {
    house.accept(name, await house.operator.changePassword(name, password));
    await tell({ name });
    return 0;
  },
});
