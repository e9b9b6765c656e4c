import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { channelHelp } from "./fields.ts";

export const command = houseCommand({
  name: "channel delete",
  summary: "end a channel; who stands in it is moved to the default one",
  arguments: { channel: { help: channelHelp } },
  options: {},
  output: z.object({ name: z.string() }),
  say: ({ name }) => `There is no channel ${name} any more.`,
  async run({ arguments: { channel } }, tell, { give }) {
    await give(channel, { type: "channel.delete", channel });
    await tell({ name: channel });
    return 0;
  },
});
