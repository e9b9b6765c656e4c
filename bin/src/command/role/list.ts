import { houseCommand } from "../spec.ts";
import { roleOf, roleOutput, sayRole } from "./fields.ts";

export const command = houseCommand({
  name: "role list",
  summary: "the roles, the highest first, with their permissions; with --json all that they are",
  arguments: {},
  options: {},
  output: roleOutput,
  stream: true,
  say: sayRole,
  async run(_given, tell, { operator }) {
    const { roles } = await operator.frame();
    for (const role of roles.toSorted((a, b) => a.position - b.position)) await tell(roleOf(role));
    return 0;
  },
});
