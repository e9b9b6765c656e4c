import { houseCommand } from "../spec.ts";
import { channelOf, channelOutput, sayChannel } from "./fields.ts";

export const command = houseCommand({
  name: "channel list",
  summary: "the channels in their order, without whispers; with --json all that they are",
  arguments: {},
  options: {},
  output: channelOutput,
  stream: true,
  say: sayChannel,
  async run(_given, tell, { operator }) {
    for (const channel of (await operator.frame()).channels) {
      if (channel.kind !== "whisper") await tell(channelOf(channel));
    }
    return 0;
  },
});
