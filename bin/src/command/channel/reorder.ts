import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { refuseTwice } from "../value.ts";

export const command = houseCommand({
  name: "channel reorder",
  summary: "put channels at the head of the list, in this order; the others follow as they are",
  arguments: { channel: { help: "their names or ids", many: true } },
  options: {},
  output: z.object({ channels: z.array(z.string()).describe("all of them, in their order") }),
  say: ({ channels }) => channels.join("\n"),
  async run({ arguments: { channel: wanted } }, tell, { operator, give }) {
    refuseTwice("channel reorder", wanted);
    for (const [index, channel] of wanted.entries()) {
      await give(channel, { type: "channel.move", channel, index });
    }
    const { channels } = await operator.frame();
    const shown = channels.filter(({ kind }) => kind !== "whisper");
    await tell({ channels: shown.map(({ name }) => name) });
    return 0;
  },
});
