/** The public face of gateway-kit: what both edges share and neither protocol knows. */
export * from "./edge.ts";
export { startGateway } from "./gateway.ts";
export * from "./roster.ts";
