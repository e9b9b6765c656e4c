/** Runs one service as a process of its own, as containers do: `node bin/dist/main.js gateway-sockchat`. */
import { runService } from "@dragoman/service-kit";
import { edges, gatewayName } from "./edges.ts";
import { keepPrivate } from "./private.ts";

/** What a process may be. Each loads what it needs when it starts. */
const services = new Map<string, Parameters<typeof runService>[1]>([
  ["core", async (context) => (await import("@dragoman/core")).start(context)],
  ["console", async (context) => (await import("@dragoman/console")).start(context)],
  ...edges.map(({ protocol, start }) => [gatewayName(protocol), start] as const),
]);

keepPrivate();
const [, , name = ""] = process.argv;
const start = services.get(name);
if (start === undefined) {
  process.stderr.write(`dragoman: name a service: ${[...services.keys()].join(", ")}\n`);
  process.exit(2);
}
// The console speaks to no bus.
await runService(name, start, {
  edges,
  needsBus: name !== "console",
  needsFolder: name === "core",
});
