import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "webhook delete",
  summary: "end a webhook; its address is good for nothing any more",
  arguments: { id: { help: "its id" } },
  options: {},
  output: z.object({ webhookId: z.string() }),
  say: ({ webhookId }) => `There is no webhook ${webhookId} any more.`,
  async run({ arguments: { id: webhookId } }, tell, { give }) {
    await give(webhookId, { type: "webhook.delete", webhookId });
    await tell({ webhookId });
    return 0;
  },
});
