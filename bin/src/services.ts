/**
 * All services in one process: bus, core, gateways, console and health, each under its own credentials, brought
 * up in order and taken down in reverse.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { CommunityId } from "@dragoman/bus-schema";
import { start as startConsole } from "@dragoman/console";
import { start as startCore } from "@dragoman/core";
import {
  Bus,
  type Config,
  createLogger,
  createRegistry,
  type Follower,
  type Logger,
  measureBuild,
  OperatorError,
  type Registry,
  type Service,
  type ServiceContext,
  startHealth,
  startTracing,
} from "@dragoman/service-kit";
import { lockDataFolder, type RunningBus, startBus } from "./bus.ts";
import type { Closers } from "./closers.ts";
import type { DataFolder } from "./data-folder.ts";
import { isDemoOn, makeDemo, refuseKnownPasswords } from "./demo.ts";
import { type EdgeProtocol, edges, forEachEdge, gatewayName } from "./edges.ts";
import type { NatsUser } from "./nats/permission.ts";
import { createOperator, type Operator } from "./operator.ts";
import { refuseTakenPorts } from "./ports.ts";

const readyPollMs = 20;

/** What a start needs to know. `say` is told in one line what takes time. */
export interface StartOptions {
  readonly config: Config;
  /** Where each service leaves what it takes over from a configuration that is read again. */
  readonly followers?: Follower[];
  /** Has the configuration follow what all processes share, before anything of it is used. */
  readonly follow?: (nats: Config["nats"]) => Promise<Service>;
  readonly logger: Logger;
  readonly closers: Closers;
  readonly say: (line: string) => void;
}

/** Bus and core: enough for the operator's commands. */
export interface CoreServices {
  readonly bus: RunningBus;
  readonly core: Service;
  /** What it is followed by, where it is. */
  readonly following: readonly Service[];
  readonly operator: Operator;
  readonly registry: Registry;
  contextFor(user: NatsUser): ServiceContext;
}

export interface Services {
  readonly gateways: Readonly<Record<EdgeProtocol, Service>>;
  readonly console: Service;
  readonly health: Service;
  /** Passwords of demo accounts that this start made, else null. */
  readonly demo: Readonly<Record<string, string>> | null;
  /** Whether demo accounts with the well-known password are there. */
  readonly isDemo: boolean;
  readonly hasAccounts: boolean;
  /** Resolves, with why, when the services cannot go on. */
  readonly failed: Promise<string>;
}

async function untilReady(service: Service): Promise<void> {
  let failure: string | undefined;
  void service.failed?.then((why) => {
    failure = why;
  });
  for (;;) {
    const { ready, reads = false } = service.ready();
    // What can be read at least is to be read: a house whose journal is full or halted starts as well.
    if (ready || reads) return;
    if (failure !== undefined) throw new OperatorError(`${service.name}: ${failure}`, 1);
    await delay(readyPollMs);
  }
}

/** Brings up bus and core over a folder that is held, and an operator who is answered. */
export async function startCoreServices(
  options: StartOptions,
  folder: DataFolder,
): Promise<CoreServices> {
  const { config, logger, closers } = options;
  const running = await startBus(folder, config, logger, options.say);
  await closers.add(() => running.leave());
  const registry = createRegistry();
  measureBuild(registry);
  await closers.add(await startTracing("house", logger));
  const following: Service[] = [];
  if (options.follow !== undefined) {
    const followed = await options.follow(running.configFor("core").nats);
    following.push(followed);
    await closers.add(() => followed.stop());
  }
  const contextFor = (user: NatsUser): ServiceContext => {
    const ofUser = running.configFor(user);
    const own = { config: ofUser, logger: createLogger(logger.level, user, ofUser.logForm) };
    options.followers?.push(own);
    return { ...own, edges, registry };
  };
  const core = await startCore(contextFor("core"));
  await closers.add(() => core.stop());
  const { nats, community } = running.configFor("operator");
  const bus = await Bus.connect({ ...nats, name: "operator", logger });
  await closers.add(() => bus.close());
  folder.announce({ pid: process.pid, community, nats, core: running.configFor("core").nats });
  await untilReady(core);
  const operator = createOperator(bus, community as CommunityId);
  return { bus: running, core, following, operator, registry, contextFor };
}

/**
 * Starts everything. What is started is added to `closers` at once, also when a later part fails.
 * @throws OperatorError for what an operator can mend
 */
export async function startServices(options: StartOptions): Promise<Services> {
  const { config, closers } = options;
  const folder = lockDataFolder(config);
  await closers.add(async () => folder.release());
  await refuseTakenPorts(config);
  const services: Service[] = [];
  let isOpen = false;
  const whole: Service = {
    name: "services",
    ready: () => ({ ready: isOpen }),
    stop: async () => {},
  };
  const { bus, core, following, operator, registry, contextFor } = await startCoreServices(
    options,
    folder,
  );
  services.push(core, ...following);
  const health = await startHealth(config.health, () => [whole, ...services], registry);
  await closers.add(() => health.stop());

  const before = await operator.snapshot();
  refuseKnownPasswords(config, folder.path, before);
  const demo = isDemoOn(config) ? await makeDemo(config, folder.path, operator, before) : null;
  const after = await operator.snapshot();
  const accounts = after.users.filter((user) => !user.departed);
  const isDemo = accounts.some((user) => user.demo);

  const gatewayContext = (protocol: EdgeProtocol): ServiceContext =>
    withGatewayId(contextFor(gatewayName(protocol)), bus, protocol);
  const settled = await Promise.allSettled([
    startConsole(withDemo(contextFor("core"), isDemo)),
    ...edges.map(({ protocol, start }) => start(gatewayContext(protocol))),
  ]);
  const started = settled.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  await closers.add(async () => {
    isOpen = false;
    await Promise.all(started.map((service) => service.stop()));
  });
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
  services.push(...started);
  isOpen = true;
  const failures = services.map(async (service) => {
    const why = await (service.failed ?? new Promise<never>(() => undefined));
    return `${service.name}: ${why}`;
  });
  return {
    gateways: forEachEdge(({ protocol }) => serviceNamed(gatewayName(protocol), started)),
    console: serviceNamed("console", started),
    health,
    demo,
    isDemo,
    hasAccounts: accounts.length > 0,
    failed: Promise.race([bus.failed, ...failures]),
  };
}

function serviceNamed(name: string, services: readonly Service[]): Service {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`${name} was not started`);
  return found;
}

function withGatewayId(
  context: ServiceContext,
  bus: RunningBus,
  protocol: EdgeProtocol,
): ServiceContext {
  return bus.gatewayIds === undefined
    ? context
    : { ...context, gatewayId: bus.gatewayIds[protocol] };
}

/** The console offers the demo accounts only where they are. It has no business on the bus. */
function withDemo(context: ServiceContext, isDemo: boolean): ServiceContext {
  const nats = { ...context.config.nats, url: "", user: "", password: "" };
  return { ...context, config: { ...context.config, demo: isDemo, nats } };
}
