import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "message delete",
  summary: "delete messages, with their files",
  arguments: { id: { help: "their ids", many: true } },
  options: {},
  output: z.object({ messageId: z.string() }),
  stream: true,
  say: ({ messageId }) => `${messageId} is deleted.`,
  async run({ arguments: { id: ids } }, tell, { give }) {
    for (const messageId of ids) {
      await give(messageId, { type: "message.delete", message: messageId });
      await tell({ messageId });
    }
    return 0;
  },
});
