import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "../user/person.ts";
import { readWhole } from "../value.ts";

export const command = houseCommand({
  name: "token revoke",
  summary: "end a login token of a person, or all of them",
  notes: "Connections that are open stay.",
  arguments: {
    name: { help: targetHelp },
    id: { help: "the one alone (`dragoman token list`)", optional: true },
  },
  options: {},
  output: z.object({ name: z.string(), tokenId: z.int().nullable().describe("null: all") }),
  say: ({ name, tokenId }) =>
    tokenId === null
      ? `No token of ${name} is good any more.`
      : `The token ${tokenId} of ${name} is good no more.`,
  async run({ arguments: { name: target, id } }, tell, { give }) {
    const tokenId = id === undefined ? null : readWhole("token revoke", id);
    const one = tokenId === null ? {} : { tokenId };
    await give(target, { type: "user.revoke", target, ...one });
    await tell({ name: target, tokenId });
    return 0;
  },
});
