/**
 * The grammar of subjects. Everything of a community lives under `dragoman.v1.<community>`, so that NATS
 * permissions can be written by prefix. What a gateway asks holds `<kind>.<gateway>`: the kind is what its
 * credentials are bound to. Families and verbs are two tokens.
 */
import type { CommandType } from "./command/index.ts";
import { type CommunityId, type FileId, type GatewayId, gatewayKind } from "./id.ts";
import type { QueryType } from "./query/index.ts";
import type { SignalType } from "./signal/index.ts";

/** What may be asked about a file: take a chunk, make a file of the chunks, describe it, give a chunk. */
export const fileVerbs = ["write", "finish", "describe", "read"] as const;
export type FileVerb = (typeof fileVerbs)[number];

const root = (community: CommunityId): string => `dragoman.v1.${community}`;
const of = (gateway: GatewayId): string => `${gatewayKind(gateway)}.${gateway}`;

export const subject = {
  /** A gateway's command to the leader of one term (docs/journal.md 2.6). `type` holds the family and verb. */
  command: (community: CommunityId, term: number, gateway: GatewayId, type: CommandType): string =>
    `${root(community)}.command.${term}.${of(gateway)}.${type}`,
  /** All commands of one term: what its leader serves. */
  commandsOf: (community: CommunityId, term: number): string =>
    `${root(community)}.command.${term}.>`,
  query: (community: CommunityId, gateway: GatewayId, type: QueryType): string =>
    `${root(community)}.query.${of(gateway)}.${type}`,
  queries: (community: CommunityId): string => `${root(community)}.query.>`,
  authenticate: (community: CommunityId, gateway: GatewayId): string =>
    `${root(community)}.authenticate.${of(gateway)}`,
  authentications: (community: CommunityId): string => `${root(community)}.authenticate.*.*`,
  /** What a gateway asks of core's files: each about one file. */
  file: (community: CommunityId, gateway: GatewayId, verb: FileVerb, fileId: FileId): string =>
    `${root(community)}.file.${of(gateway)}.${verb}.${fileId}`,
  files: (community: CommunityId): string => `${root(community)}.file.>`,
  /** An operator's password hash, for core to keep. */
  credential: (community: CommunityId, gateway: GatewayId): string =>
    `${root(community)}.credential.${of(gateway)}`,
  credentials: (community: CommunityId): string => `${root(community)}.credential.*.*`,
  /** Where the leader appends. Captured by the stream, never subscribed to. */
  journal: (community: CommunityId): string => `${root(community)}.journal`,
  /** The stream's republish: what gateways and followers hear. */
  event: (community: CommunityId): string => `${root(community)}.event`,
  signal: (community: CommunityId, type: SignalType): string => `${root(community)}.signal.${type}`,
  signals: (community: CommunityId): string => `${root(community)}.signal.>`,
  heartbeat: (community: CommunityId, gateway: GatewayId): string =>
    `${root(community)}.heartbeat.${of(gateway)}`,
  heartbeats: (community: CommunityId): string => `${root(community)}.heartbeat.*.*`,
  /** Core to leader: the budget of failed log-ins. */
  attempt: (community: CommunityId): string => `${root(community)}.attempt`,
  /** Core to leader: the pause that a burst of messages started. */
  cooldown: (community: CommunityId): string => `${root(community)}.cooldown`,
  /** Core to leader: the way of a message, of which the leader asks all others. */
  trace: (community: CommunityId): string => `${root(community)}.trace`,
  /** Leader to another core: what that one remembers. */
  traceOf: (community: CommunityId, coreId: string): string => `${root(community)}.trace.${coreId}`,
  /** Has a responder exactly while the leader of the term lives (docs/journal.md 2.4). */
  alive: (community: CommunityId, term: number): string => `${root(community)}.alive.${term}`,
} as const;

/** The gateway of a pair of tokens, or undefined: its id must be one of that kind. */
function gatewayAt(kind: string | undefined, id: string | undefined): GatewayId | undefined {
  const gateway = id as GatewayId | undefined;
  return gateway !== undefined && gatewayKind(gateway) === kind ? gateway : undefined;
}

/** Who gives a command, under which term, and its type; null: it is no command's subject, or the id is of another kind. */
export function parseCommandSubject(
  text: string,
): { readonly term: number; readonly gateway: GatewayId; readonly type: string } | null {
  const [, , , word, term, kind, id, ...type] = text.split(".");
  const gateway = gatewayAt(kind, id);
  if (word !== "command" || gateway === undefined || type.length === 0) return null;
  return { term: Number(term), gateway, type: type.join(".") };
}

/** Who asks a query, and its type; null: it is no query's subject, or the id is of another kind. */
export function parseQuerySubject(
  text: string,
): { readonly gateway: GatewayId; readonly type: string } | null {
  const [, , , word, kind, id, ...type] = text.split(".");
  const gateway = gatewayAt(kind, id);
  if (word !== "query" || gateway === undefined || type.length === 0) return null;
  return { gateway, type: type.join(".") };
}

/** What is asked about which file; null: it is no file's subject, or the id is of another kind. */
export function parseFileSubject(
  text: string,
): { readonly verb: FileVerb; readonly fileId: string } | null {
  const [, , , word, kind, id, asked, fileId, ...rest] = text.split(".");
  const verb = fileVerbs.find((one) => one === asked);
  const isOne = word === "file" && gatewayAt(kind, id) !== undefined && rest.length === 0;
  return isOne && verb !== undefined && fileId !== undefined ? { verb, fileId } : null;
}

/** The gateway that asks in a subject without a type; null: it is no such subject, or of another kind. */
export function parseGatewaySubject(
  text: string,
  word: "heartbeat" | "authenticate" | "credential",
): GatewayId | null {
  const [, , , found, kind, id, ...rest] = text.split(".");
  return found === word && rest.length === 0 ? (gatewayAt(kind, id) ?? null) : null;
}
