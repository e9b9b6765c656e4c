/** The public face of gateway-kit: what both edges share and neither protocol knows. */
export * from "./audience.ts";
export { type Closing, closings } from "./closing.ts";
export * from "./edge.ts";
export * from "./fanout.ts";
export * from "./files/facts.ts";
export { startGateway } from "./gateway.ts";
export type { Gathering } from "./gather.ts";
export type { Outcome } from "./lane.ts";
export { gatewayMetricTable } from "./metrics.ts";
export * from "./outbox.ts";
export * from "./public-base.ts";
export * from "./roster/roster.ts";
export type { HttpPort, Routes } from "./transport/http-port.ts";
export { tcpLines } from "./transport/tcp.ts";
export type {
  CloseReason,
  Frame,
  FrameEncoder,
  FrameSocket,
  Listener,
  Packet,
  Sink,
  SocketListener,
  Transport,
  TransportHost,
} from "./transport/transport.ts";
export { webSocket } from "./transport/websocket.ts";
export type { View } from "./view.ts";
