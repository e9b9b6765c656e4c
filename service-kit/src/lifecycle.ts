/** What every service is to whoever runs it: it is up or not, and it can be told to stop. */
import type { GatewayId, Protocol } from "@dragoman/bus-schema";
import type { Config } from "./config.ts";
import type { EdgeSection } from "./edge-section.ts";
import type { Logger } from "./logger.ts";
import type { Registry } from "./metrics.ts";

/** What the parts of a deployment know of one of its edges. */
export interface EdgeFacts<P extends Protocol = Protocol> {
  readonly protocol: P;
  /** What people call the protocol. */
  readonly title: string;
  readonly section: EdgeSection<P>;
  /** It has HTTP routes for files, so that every edge names files by its address. One edge has them. */
  readonly servesFiles: boolean;
  /** Names that its protocol itself speaks under, so that no account may have them. */
  readonly reservedNames: readonly string[];
}

/** An edge as `bin` starts it. */
export interface EdgeService<P extends Protocol = Protocol> extends EdgeFacts<P> {
  /** @throws OperatorError when the port is taken, NATS does not answer or the configuration cannot be followed */
  start(context: ServiceContext): Promise<Service>;
}

/** What a service is started with. One process may start several with the same metrics registry. */
export interface ServiceContext {
  readonly config: Config;
  /** The edges of the deployment, in the order of the list in `bin`. */
  readonly edges: readonly EdgeFacts[];
  readonly logger: Logger;
  readonly registry: Registry;
  /** A gateway's id, where it must be known beforehand; otherwise it is new at each start. */
  readonly gatewayId?: GatewayId;
}

/** A running service. */
export interface Service {
  readonly name: string;
  /**
   * Whether it can do its work now, with one word why not; the source of `/readyz`. `reads`: it answers what is asked all
   * the same. `warn`: it can do it, and somebody should look.
   */
  ready(): {
    readonly ready: boolean;
    readonly why?: string;
    readonly reads?: boolean;
    readonly warn?: string;
  };
  /** The port it listens on, where it has one (useful when 0 was asked for). */
  readonly port?: number;
  /** Resolves, with why, if it can never do its work again: whoever runs it ends it and starts anew. */
  readonly failed?: Promise<string>;
  /** Drains and ends it. Resolves when nothing of it is left; bounded by the `drain` settings of the configuration. */
  stop(): Promise<void>;
}

/**
 * Resolves once SIGTERM, SIGINT or SIGQUIT asks the process to end; a second signal ends it at once.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const handle = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) process.on(signal, handle);
  });
}
