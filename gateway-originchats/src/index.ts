/** The OriginChats edge as the deployment sees it; what serves clients is loaded when it starts. */
import type { EdgeService } from "@dragoman/service-kit";
import { section } from "./settings.ts";
import { systemName } from "./system-name.ts";

export { marked } from "./markup.ts";

export const originchats = {
  protocol: section.name,
  title: "OriginChats",
  section,
  servesFiles: true,
  reservedNames: [systemName, "automod"],
  start: async (context) => (await import("./start.ts")).start(context),
} as const satisfies EdgeService;
