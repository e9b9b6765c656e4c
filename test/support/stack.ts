/**
 * A whole stack for a test: NATS, cores and gateways, accounts and channels. Everything is real; parts run in this
 * process, or as processes where a test must kill or stop them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edges, forEachEdge } from "@dragoman/bin";
import type { GatewayId } from "@dragoman/bus-schema";
import { type NatsOptions, type NatsServer, startNats } from "@dragoman/testing/nats";
import { connectOperator, type Operator } from "./operator.ts";
import {
  type Kind,
  natsUserOf,
  type Overrides,
  type Part,
  type ProcessPart,
  startPart,
  startProcess,
} from "./part.ts";
import type { Release } from "./release.ts";

export interface StackOptions {
  /** How many of each; the first core is sure to lead. Default 1 core, no gateways. */
  readonly cores?: number;
  readonly originchats?: number;
  readonly sockchat?: number;
  /** Overrides of the configuration of every part. */
  readonly config?: Overrides;
  /** Which kinds are processes of their own. Default: none. */
  readonly processes?: readonly Kind[];
  /** Whether the clocks of the processes can be set (`setClock`). */
  readonly settable?: boolean;
  /** How long a part may take to be ready, where a busy machine is no fault. */
  readonly readyMs?: number;
  /** Without the accounts ada, ben, mona, olga and the channels random and staff. */
  readonly empty?: boolean;
  /** See `PartOptions`. */
  readonly historySlowMs?: number;
  readonly nats?: NatsOptions;
  /** Servers that run already, instead of one of its own; they end with the stack. */
  readonly servers?: NatsServer;
  /** What the first parts are of, if not this one. */
  readonly release?: Release;
}

/**
 * The journal's settings where it is no question whether a gateway lets go of people or of a question: it does neither for
 * as long as a busy machine takes to start another core, or stands still.
 */
export const patientJournal = {
  gatewayMs: 600_000,
  letGoMs: 599_999,
  queryMs: 10_000,
} as const;

interface AddOptions {
  /** Instead of NATS itself: the address of a proxy. */
  readonly natsUrl?: string;
  readonly config?: Overrides;
  readonly gatewayId?: GatewayId;
  /** How far its clock is off at the start. */
  readonly clockMs?: number;
  readonly release?: Release;
}

export interface Stack {
  readonly nats: NatsServer;
  readonly operator: Operator;
  readonly cores: readonly Part[];
  readonly originchats: readonly Part[];
  readonly sockchat: readonly Part[];
  /** Adds a part and waits until it is ready. */
  add(kind: Kind, options?: AddOptions): Promise<Part>;
  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void>;
}

/** The accounts of every stack; the password is `dragoman`. */
const people: readonly (readonly [name: string, role: string])[] = [
  ["ada", "user"],
  ["ben", "user"],
  ["mona", "moderator"],
  ["olga", "owner"],
];
const staff = ["moderator", "admin", "owner"];

/** Makes the accounts and channels that every stack has; `general` is core's own. */
export async function furnish(operator: Operator): Promise<void> {
  await operator.addChannel("random", ["user"]);
  await operator.addChannel("staff", staff);
  for (const [name, role] of people) await operator.addUser(name, [role]);
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-stack-"));
  const nats = options.servers ?? (await startNats(options.nats));
  const operator = await connectOperator(nats);
  const parts: Record<Kind, Part[]> = { core: [], ...forEachEdge((): Part[] => []) };

  async function add(kind: Kind, adding: AddOptions = {}): Promise<Part> {
    const start = options.processes?.includes(kind) ? startProcess : startPart;
    const part = await start({
      kind,
      name: `${kind}-${parts[kind].length + 1}`,
      folder,
      natsUrl: adding.natsUrl ?? nats.url,
      credentials: nats.credentials(natsUserOf[kind]),
      config: { ...options.config, ...adding.config },
      ...(options.settable ? { clockMs: adding.clockMs ?? 0 } : {}),
      ...(adding.release ? { release: adding.release } : {}),
      ...(adding.gatewayId ? { gatewayId: adding.gatewayId } : {}),
      ...(options.historySlowMs ? { historySlowMs: options.historySlowMs } : {}),
    });
    parts[kind].push(part);
    await part.ready(options.readyMs);
    return part;
  }

  async function stop(): Promise<void> {
    // Gateways first: their last commands want an answer.
    const gateways = edges.flatMap(({ protocol }) => parts[protocol]);
    const ended = [
      ...(await Promise.allSettled(gateways.map((part) => part.stop()))),
      ...(await Promise.allSettled(parts.core.map((part) => part.stop()))),
      ...(await Promise.allSettled([operator.close()])),
      ...(await Promise.allSettled([nats.stop()])),
    ];
    await rm(folder, { recursive: true, force: true });
    const failed = ended.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  const stack: Stack = {
    nats,
    operator,
    cores: parts.core,
    originchats: parts.originchats,
    sockchat: parts.sockchat,
    add,
    stop,
  };
  const first = options.release ? { release: options.release } : {};
  try {
    for (let n = 0; n < (options.cores ?? 1); n += 1) {
      await add("core", first);
      if (n === 0) await operator.term();
    }
    if (!options.empty && parts.core.length > 0) await furnish(operator);
    for (const kind of ["originchats", "sockchat"] as const) {
      for (let n = 0; n < (options[kind] ?? 0); n += 1) await add(kind, first);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stack;
}

/**
 * A part as the process that it is.
 * @throws Error if the stack was not told to make processes of this kind
 */
export function asProcess(part: Part | undefined): ProcessPart {
  if (part === undefined || !("child" in part)) throw new Error(`${part?.name} is no process`);
  return part as ProcessPart;
}

/** The port of the nth gateway of a kind. */
export function portOf(parts: readonly Part[], index = 0): number {
  const part = parts[index];
  if (part === undefined) throw new Error(`no part ${index}`);
  return part.port;
}
