import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "webhook list",
  summary: "the webhooks, the oldest first; their tokens are not shown",
  arguments: {},
  options: {},
  output: z.object({
    webhookId: z.string(),
    name: z.string(),
    channel: z.string(),
    createdAt: z.string(),
  }),
  stream: true,
  say: ({ webhookId, name, channel, createdAt }) =>
    [webhookId, name, channel, createdAt].join("\t"),
  async run(_given, tell, { operator }) {
    const { channels } = await operator.frame();
    const names = new Map<string, string>(channels.map(({ channelId, name }) => [channelId, name]));
    const { webhooks } = await operator.ask({ type: "export.webhooks" });
    for (const { webhook } of webhooks) {
      const { webhookId, name, channelId, createdAtMs } = webhook;
      const createdAt = new Date(createdAtMs).toISOString();
      await tell({ webhookId, name, channel: names.get(channelId) ?? channelId, createdAt });
    }
    return 0;
  },
});
