/** The public face of `dragoman`: what tests and a deployment of one's own need of it. */
export { exitCodeTexts } from "./command/exit-code.ts";
export { flagOf } from "./command/run.ts";
export { type AnyCommand, needTexts } from "./command/spec.ts";
export { commandLoads, table as commandTable } from "./command/table.ts";
export { type EdgeProtocol, edges, forEachEdge, gatewayName, readConfig, schema } from "./edges.ts";
export * from "./nats/cluster.ts";
export * from "./nats/configuration.ts";
export * from "./nats/deployment.ts";
export * from "./nats/find.ts";
export * from "./nats/permission.ts";
export * from "./nats/server.ts";
export { nodeOptions } from "./node-options.ts";
export { siteBans } from "./site-bans.ts";
export { testDataDir } from "./test-folder.ts";
