import type { AnswerOf } from "@dragoman/bus-schema";
import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { momentOf } from "../value.ts";
import { targetHelp } from "./person.ts";

type Page = AnswerOf<"session.list">;

export const command = houseCommand({
  name: "user sessions",
  summary:
    "signed-in connections with their addresses, of a person or of everybody; the oldest first",
  notes:
    "Who comes or goes while a long list is printed may be missing. What a client says that it is may be untrue.",
  arguments: { name: { help: targetHelp, optional: true } },
  options: {},
  needs: "running",
  output: z.object({
    name: z.string(),
    sessionId: z.string(),
    protocol: z.string(),
    gateway: z.string(),
    address: z.string().nullable().describe("null: not known"),
    since: z.string().nullable().describe("null: of a version that did not keep it"),
    client: z.string().exactOptional().describe("what it says that it is"),
    dropped: z.boolean().describe("the connection is lost, and may come back"),
  }),
  stream: true,
  say: ({ name, sessionId, protocol, gateway, address, since, client, dropped }) =>
    [
      name,
      protocol,
      gateway,
      address ?? "-",
      since ?? "-",
      client ?? "-",
      sessionId,
      ...(dropped ? ["dropped"] : []),
    ].join("\t"),
  async run({ arguments: { name: target } }, tell, { operator }) {
    const whose = target === undefined ? {} : { target };
    let after: Page["next"] = null;
    do {
      const page: Page = await operator.ask({
        type: "session.list",
        ...whose,
        ...(after === null ? {} : { after }),
      });
      for (const { gatewayId, openedMs, userId: _, ...session } of page.sessions) {
        await tell({ ...session, gateway: gatewayId, since: momentOf(openedMs) });
      }
      after = page.next;
    } while (after !== null);
    return 0;
  },
});
