/** What a connection works with. */
import type { Config, Logger } from "@dragoman/service-kit";
import type { Audiences, Member } from "./audience.ts";
import type { ConnectionLog } from "./connection-log.ts";
import type { Edge } from "./edge.ts";
import type { InboundBytes } from "./inbound.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { OutboxPump } from "./outbox.ts";
import type { SessionPorts } from "./session-ports.ts";
import type { View } from "./view.ts";

/** What all connections of a gateway share; `Of` is the connection itself. */
export interface ConnectionContext<Of extends Member<Dialect>, Own, Dialect extends string> {
  readonly edge: Edge<Own, Dialect>;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly pump: OutboxPump;
  readonly inbound: InboundBytes;
  readonly audiences: Audiences<Of, Dialect>;
  readonly ports: SessionPorts;
  readonly random: (bytes: number) => string;
  readonly view: () => View;
  /** Says of connections what the log is to hold. */
  readonly log: ConnectionLog;
  /** Whether what the roster says may be acted upon (docs/journal.md 4.4). */
  readonly isFresh: () => boolean;
  /** The socket of a connection is gone. */
  readonly onGone: (connection: Of) => void;
}
