import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readWhole, refuseNothing } from "../value.ts";
import { channelHelp, channelOptions, permissionsFrom, refuseUnknownRoles } from "./fields.ts";

export const command = houseCommand({
  name: "channel change",
  summary: "change a channel; what is not given stays",
  arguments: { channel: { help: channelHelp } },
  options: { name: { help: "another name", value: "name" }, ...channelOptions },
  output: z.object({ name: z.string() }),
  say: ({ name }) => `The channel ${name} is changed.`,
  async run({ arguments: { channel }, options }, tell, { operator, give }) {
    const { name, description, displayName, allow, minRank } = options;
    const permissions = permissionsFrom(allow);
    if (allow.length > 0) refuseUnknownRoles(permissions, (await operator.frame()).roles);
    const fields = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(allow.length === 0 ? {} : { permissions }),
      ...(minRank === undefined ? {} : { minRank: readWhole("--min-rank", minRank, 255, 0) }),
    };
    refuseNothing("channel change", fields);
    await give(channel, { type: "channel.update", channel, ...fields });
    await tell({ name: name ?? channel });
    return 0;
  },
});
