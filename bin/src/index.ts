/** The public face of `dragoman`: what tests and a deployment of one's own need of it. */
export { type EdgeProtocol, edges, forEachEdge, gatewayName, readConfig, schema } from "./edges.ts";
export * from "./nats/cluster.ts";
export * from "./nats/configuration.ts";
export * from "./nats/deployment.ts";
export * from "./nats/find.ts";
export * from "./nats/permission.ts";
export * from "./nats/server.ts";
export { testDataDir } from "./test-folder.ts";
