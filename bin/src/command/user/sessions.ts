import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user sessions",
  summary: "a person's signed-in connections",
  arguments: { name: { help: targetHelp } },
  options: {},
  needs: "running",
  output: z.object({
    sessionId: z.string(),
    protocol: z.string(),
    gateway: z.string(),
    dropped: z.boolean().describe("the connection is lost, and may come back"),
  }),
  stream: true,
  say: ({ sessionId, protocol, gateway, dropped }) =>
    [sessionId, protocol, gateway, ...(dropped ? ["dropped"] : [])].join("\t"),
  async run({ arguments: { name } }, tell, { operator }) {
    const { sessions } = await operator.ask({ type: "user.record", target: name });
    for (const { gatewayId, ...session } of sessions)
      await tell({ ...session, gateway: gatewayId });
    return 0;
  },
});
