/** The public face of gateway-kit: what both edges share and neither protocol knows. */
export * from "./audience.ts";
export { type Closing, closings } from "./closing.ts";
export type { Outcome } from "./commands.ts";
export * from "./edge.ts";
export * from "./fanout.ts";
export * from "./files/facts.ts";
export * from "./frame.ts";
export { startGateway } from "./gateway.ts";
export type { Gathering } from "./gather.ts";
export type { HttpPort } from "./http-port.ts";
export { gatewayMetricTable } from "./metrics.ts";
export * from "./outbox.ts";
export * from "./public-base.ts";
export * from "./roster/roster.ts";
