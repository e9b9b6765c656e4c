/** The Sock Chat edge as the deployment sees it; what serves clients is loaded when it starts. */
import type { EdgeService } from "@dragoman/service-kit";
import { botName } from "./bot-name.ts";
import { section } from "./settings.ts";

export { tagged } from "./markup.ts";

export const sockchat = {
  protocol: section.name,
  title: "Sock Chat",
  section,
  servesFiles: false,
  reservedNames: [botName],
  start: async (context) => (await import("./start.ts")).start(context),
} as const satisfies EdgeService;
