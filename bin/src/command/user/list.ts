import { OperatorError } from "@dragoman/service-kit/operator-error";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";
import { personOf, personOutput, rolesById, sayPerson } from "./person.ts";

export const command = houseCommand({
  name: "user list",
  summary: "number, name and roles of every account, and whether it is banned",
  arguments: {},
  options: {
    role: { help: "only who has this role", value: "role" },
    banned: { help: "only who is banned" },
  },
  output: personOutput,
  stream: true,
  say: sayPerson,
  async run({ options: { role, banned } }, tell, { operator }) {
    const { roles: all } = await operator.frame();
    if (role !== undefined && !all.some(({ name }) => name === role)) {
      const text = `there is no role ${JSON.stringify(role)} (\`dragoman role list\`)`;
      throw new OperatorError(text, exitCode.refused);
    }
    const roles = rolesById(all);
    for await (const user of operator.people()) {
      if (user.departed || (banned && !user.banned)) continue;
      const person = personOf(user, roles);
      if (role === undefined || person.roles.includes(role)) await tell(person);
    }
    return 0;
  },
});
