import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";
import { channelOptions, permissionsFrom, refuseUnknownRoles } from "./fields.ts";

export const command = houseCommand({
  name: "channel create",
  summary: "make a channel at the end of the list",
  notes: "Without --allow everybody may read and write in it.",
  arguments: { name: { help: "what it is called" } },
  options: {
    kind: {
      help: "what it is",
      value: "kind",
      choices: ["text", "voice", "forum", "separator"],
      default: "text",
    },
    ...channelOptions,
  },
  output: z.object({ name: z.string() }),
  say: ({ name }) => `There is a channel ${name}.`,
  async run({ arguments: { name }, options }, tell, { operator, give }) {
    const { kind, description, displayName, allow, minRank } = options;
    const permissions = permissionsFrom(allow.length === 0 ? ["view=user", "send=user"] : allow);
    if (allow.length > 0) refuseUnknownRoles(permissions, (await operator.frame()).roles);
    await give(name, {
      type: "channel.create",
      kind: kind as "text",
      name,
      permissions,
      ...(description === undefined ? {} : { description }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(minRank === undefined ? {} : { minRank: readWhole("--min-rank", minRank, 255, 0) }),
    });
    await tell({ name });
    return 0;
  },
});
