import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user role",
  summary: "show the roles of a person, give some, or take some",
  arguments: { name: { help: targetHelp } },
  options: {
    add: { help: "a role to give", value: "role", many: true },
    remove: { help: "a role to take", value: "role", many: true },
    set: { help: "all roles beside `user` from now on, instead", value: "role", many: true },
  },
  output: z.object({ name: z.string(), roles: z.array(z.string()) }),
  say: ({ name, roles }) => `${name}: ${roles.join(", ")}`,
  before: async ({ options: { add, remove, set } }) => {
    if (set.length === 0 || add.length + remove.length === 0) return;
    throw new OperatorError("user role: give either --set, or --add and --remove", exitCode.usage);
  },
  async run(
    { arguments: { name: target }, options: { add, remove, set } },
    tell,
    { operator, give },
  ) {
    const assign = async (how: "set" | "add" | "remove", roles: readonly string[]) => {
      if (roles.length > 0)
        await give(target, { type: "user.assign", target, how, roles: [...roles] });
    };
    await assign("set", set);
    await assign("add", add);
    await assign("remove", remove);
    const { user } = await operator.ask({ type: "user.record", target });
    const names = new Map((await operator.frame()).roles.map(({ roleId, name }) => [roleId, name]));
    await tell({ name: user.name, roles: user.roleIds.map((id) => names.get(id) ?? id) });
    return 0;
  },
});
