/** The edges of a deployment. Whoever adds one adds it here; everything else of `bin` loops over this list. */
import { originchats } from "@dragoman/gateway-originchats";
import { sockchat } from "@dragoman/gateway-sockchat";
import {
  type ConfigSchema,
  configSchema,
  type EdgeService,
  loadConfig,
  type Tree,
} from "@dragoman/service-kit";

export const edges = [originchats, sockchat] as const;

export type EdgeProtocol = (typeof edges)[number]["protocol"];

const list: readonly EdgeService<EdgeProtocol>[] = edges;
const sections = list.map(({ section }) => section);

/** What each edge is given, by its protocol. */
export function forEachEdge<T>(
  give: (edge: EdgeService<EdgeProtocol>) => T,
): Readonly<Record<EdgeProtocol, T>> {
  return Object.fromEntries(list.map((edge) => [edge.protocol, give(edge)])) as Record<
    EdgeProtocol,
    T
  >;
}

/** The name of an edge's service, which is its user of NATS too. */
export function gatewayName<P extends EdgeProtocol>(protocol: P): `gateway-${P}` {
  return `gateway-${protocol}`;
}

/** The schema of the whole configuration. */
export const schema: ConfigSchema = configSchema(sections);

/** `loadConfig` with the sections of all edges. */
export function readConfig(
  environment?: NodeJS.ProcessEnv,
  options?: Readonly<Record<string, unknown>>,
  shared?: Tree,
): ReturnType<typeof loadConfig> {
  return loadConfig(environment, options, sections, shared);
}
