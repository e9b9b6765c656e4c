/** The public face of gateway-kit: what both edges share and neither protocol knows. */
export { admittedBy } from "./admitted.ts";
export { type Closing, closings } from "./closing.ts";
export {
  type Audience,
  type Client,
  type Delivery,
  type Edge,
  type FamilyRows,
  type Farewell,
  type QueryStep,
  type RenderTable,
  renderBy,
  type Step,
  silent,
} from "./edge.ts";
export { type FileFacts, factsOfFile } from "./files/facts.ts";
export type { Source } from "./files/metadata/source.ts";
export { losesMetadata } from "./files/metadata/strip.ts";
export { startGateway } from "./gateway.ts";
export type { Gathering } from "./gather.ts";
export type { Outcome } from "./lane.ts";
export { isPhaseNews, isTellingDue, isWebAddress, leavingOf, otherAddresses } from "./leaving.ts";
export { leavingWords } from "./leaving-words.ts";
export { gatewayMetricTable } from "./metrics.ts";
export { callableSlashes } from "./roster/callable.ts";
export type { RosterExtension } from "./roster/extension.ts";
export { Roster } from "./roster/roster.ts";
export type { HttpPort, Routes } from "./transport/http-port.ts";
export { tcpLines } from "./transport/tcp.ts";
export type {
  CloseReason,
  Frame,
  Packet,
} from "./transport/transport.ts";
export { webSocket } from "./transport/websocket.ts";
export { onClock, type View } from "./view.ts";
