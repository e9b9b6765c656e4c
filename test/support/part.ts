/** One service of a test's stack: in this process, or as a real process of its own. */
import type { ChildProcess } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  type EdgeProtocol,
  edges,
  forEachEdge,
  gatewayName,
  type NatsUser,
  nodeOptions,
  schema,
} from "@dragoman/bin";
import type { GatewayId } from "@dragoman/bus-schema";
import * as core from "@dragoman/core";
import {
  type Config,
  createLogger,
  createRegistry,
  environmentName,
  type ServiceContext,
} from "@dragoman/service-kit";
import { eventually, within } from "@dragoman/testing/deadline";
import { freePort } from "@dragoman/testing/port";
import { endProcess, spawnBound } from "@dragoman/testing/process";
import { clockVariable, setClock } from "@dragoman/testing/shifted-clock";
import type { Release } from "./release.ts";

export type Kind = "core" | EdgeProtocol;

/** Overrides of the configuration; a section names only what differs. */
export type Overrides = { readonly [K in keyof Whole]?: Partial<Whole[K]> | Whole[K] };

type Edge = (typeof edges)[number];
type Limits = Config["limits"] & ReturnType<Edge["section"]["limitsOf"]>;
type Sections = { [E in Edge as E["protocol"]]: ReturnType<E["section"]["of"]> };
/** The configuration with the sections of the edges. */
type Whole = Omit<Config, "limits"> & Sections & { limits: Limits };

export interface PartOptions {
  readonly kind: Kind;
  /** Unique in its stack; also the name of its data folder. */
  readonly name: string;
  /** The stack's folder. */
  readonly folder: string;
  /** The address of NATS, or of a proxy in front of it. */
  readonly natsUrl: string;
  readonly credentials: { readonly user: string; readonly password: string };
  readonly config?: Overrides;
  readonly gatewayId?: GatewayId;
  /** Of a process: its clock can be set, and is so far off at the start. */
  readonly clockMs?: number;
  /** Of a process: another release than this one. */
  readonly release?: Release;
  /** Core in this process alone: delay of each record that the history applies. */
  readonly historySlowMs?: number;
}

export interface Part {
  readonly kind: Kind;
  readonly name: string;
  /** The port of a gateway's WebSocket. */
  readonly port: number;
  /** Resolves once it says that it is ready. */
  ready(limitMs?: number): Promise<void>;
  /** Why it says that it is not ready; "" when it is. */
  whyNotReady(): Promise<string>;
  /** Ends it in order; nothing happens when it has ended already. */
  stop(): Promise<void>;
}

/** A part that is a process. */
export interface ProcessPart extends Part {
  /** The present process. */
  readonly child: ChildProcess;
  readonly dataDir: string;
  /** Where it serves `/readyz` and `/metrics`. */
  readonly healthPort: number;
  /** Starts it again on the same ports and data folder, where it has ended. */
  start(): void;
  /** Shifts its wall clock, which runs at `rate` then, if the stack's clocks can be set. */
  setClock(offsetMs: number, rate?: number): void;
  /** What `/readyz` says it works in spite of; "" when nothing is wrong. */
  warning(): Promise<string>;
  /** What it logged, for the text of errors. */
  output(): string;
  /** The value of one of its metrics. */
  metric(name: string, limitMs?: number): Promise<number>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  suspend(): void;
  resume(): void;
}

/** The user that a kind of service signs in as at NATS. */
export const natsUserOf: Readonly<Record<Kind, NatsUser>> = {
  core: "core",
  ...forEachEdge(({ protocol }) => gatewayName(protocol)),
};

/** Set `DRAGOMAN_TEST_LOG=debug` to see what the parts log. */
const logLevel = process.env["DRAGOMAN_TEST_LOG"] ?? "silent";
const noLimit = 1_000_000;
/** Generous: several houses may start at once on two cores. */
const readyMs = 60_000;
/** A process that stands still answers nothing. */
const answerMs = 5_000;

/** The configuration of a part: without budgets, in a hurry, on loopback, then what the test asks for. */
function configure(options: PartOptions, ports: { port: number; health: number }): Config {
  const own = options.config ?? {};
  const base: Overrides = {
    demo: false,
    logLevel: "warn",
    graceMs: 300,
    drainMs: 200,
    drainAheadMs: 0,
    dataDir: join(options.folder, options.name),
    health: { port: ports.health },
    limits: { messagesPerMinute: 0, burstLimit: 0, actsPerMinute: 0, actsBurst: 0 },
    originchats: { port: ports.port, floodWarn: noLimit, floodClose: noLimit },
    sockchat: { port: ports.port, floodWarn: noLimit, floodKick: noLimit },
    nats: { url: options.natsUrl, ...options.credentials },
  };
  const merged: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const below = merged[key];
    merged[key] =
      typeof value === "object" && typeof below === "object" ? { ...below, ...value } : value;
  }
  return schema.shape.parse(merged);
}

/** Starts a part in this process. */
export async function startPart(options: PartOptions): Promise<Part> {
  const config = configure(options, { port: 0, health: 0 });
  await mkdir(config.dataDir, { recursive: true });
  const context: ServiceContext = {
    config,
    edges,
    logger: createLogger(logLevel, options.name),
    registry: createRegistry(),
    ...(options.gatewayId ? { gatewayId: options.gatewayId } : {}),
  };
  const service = await startService(options, context);
  let stopping: Promise<void> | undefined;
  return {
    kind: options.kind,
    name: options.name,
    port: service.port ?? 0,
    async ready(limitMs = readyMs) {
      await eventually(limitMs, `${options.name} ready`, () => {
        const state = service.ready();
        if (!state.ready) throw new Error(state.why ?? "not ready");
        return true;
      });
    },
    whyNotReady: async () => service.ready().why ?? "",
    stop() {
      stopping ??= within(15_000, `${options.name} stopped`, service.stop());
      return stopping;
    },
  };
}

function startService(options: PartOptions, context: ServiceContext) {
  const edge = edges.find(({ protocol }) => protocol === options.kind);
  if (edge !== undefined) return edge.start(context);
  return core.start(context, { historySlowMs: options.historySlowMs ?? 0 });
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Starts a part as a process, by the entry point of all services. */
export async function startProcess(options: PartOptions): Promise<ProcessPart> {
  const ports = { port: await freePort(), health: await freePort() };
  const config = configure(options, ports);
  await mkdir(config.dataDir, { recursive: true });
  const { release } = options;
  const own = join(dirname(createRequire(import.meta.url).resolve("@dragoman/bin")), "main.js");
  const main = release?.main ?? own;
  const clock = join(config.dataDir, "clock");
  const settable = options.clockMs !== undefined;
  if (settable) setClock(clock, options.clockMs);
  const shifted = createRequire(import.meta.url).resolve("@dragoman/testing/shifted-clock");
  let output = "";
  function begin(): ChildProcess {
    const begun = spawnBound(
      process.execPath,
      [
        ...[...nodeOptions, ...(settable ? ["--import", shifted] : [])],
        ...[main, natsUserOf[options.kind]],
      ],
      { ...environment(config, release?.keys), ...(settable ? { [clockVariable]: clock } : {}) },
    );
    for (const stream of [begun.stdout, begun.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000);
        if (logLevel !== "silent") process.stderr.write(chunk);
      });
    }
    return begun;
  }
  let child = begin();
  return {
    kind: options.kind,
    name: options.name,
    port: ports.port,
    get child() {
      return child;
    },
    start() {
      if (hasEnded(child)) child = begin();
    },
    dataDir: config.dataDir,
    healthPort: ports.health,
    output: () => output,
    setClock(offsetMs, rate) {
      if (!settable) throw new Error(`the clock of ${options.name} cannot be set`);
      setClock(clock, offsetMs, rate);
    },
    async warning() {
      const response = await fetch(`http://127.0.0.1:${ports.health}/readyz`);
      const { services } = (await response.json()) as { services: { warn?: string }[] };
      return services[0]?.warn ?? "";
    },
    async metric(name, limitMs = answerMs) {
      const response = await fetch(`http://127.0.0.1:${ports.health}/metrics`, {
        signal: AbortSignal.timeout(limitMs),
      });
      const line = (await response.text())
        .split("\n")
        .find((text) => text.startsWith(`${name} `) || text.startsWith(`${name}{`));
      return Number(line?.split(" ").at(-1) ?? "NaN");
    },
    async ready(limitMs = readyMs) {
      const outcome = await eventually(limitMs, `${options.name} ready`, async () => {
        if (hasEnded(child)) return "ended";
        const response = await fetch(`http://127.0.0.1:${ports.health}/readyz`, {
          signal: AbortSignal.timeout(answerMs),
        });
        if (!response.ok) throw new Error(await response.text());
        return "ready";
      });
      if (outcome === "ended") {
        throw new Error(`${options.name} ended with ${child.exitCode}: ${output}`);
      }
    },
    async whyNotReady() {
      const response = await fetch(`http://127.0.0.1:${ports.health}/readyz`);
      return response.ok ? "" : response.text();
    },
    stop: () => endProcess(child, "SIGTERM", 15_000),
    kill: () => endProcess(child, "SIGKILL", 5_000),
    suspend: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
  };
}

const valueAt = (config: Config, key: string): string => {
  const value = key
    .split(".")
    .reduce<unknown>((at, name) => (at as { [name: string]: unknown })[name], config);
  return Array.isArray(value) ? value.join(",") : String(value);
};
const defaults = schema.shape.parse({});

/**
 * The configuration as environment variables; nothing of this process's own settings gets through. What is left at its
 * default may come from the shared settings.
 * @param keys of another release, which may have other defaults
 */
function environment(config: Config, keys?: readonly string[]): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith("DRAGOMAN_")) own[name] = value;
  }
  for (const key of keys ?? schema.keys) {
    const value = valueAt(config, key);
    if (keys === undefined && value === valueAt(defaults, key)) continue;
    own[environmentName(key)] = value;
  }
  return own;
}
