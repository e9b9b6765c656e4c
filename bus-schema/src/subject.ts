/**
 * The grammar of subjects. Everything of a community lives under `dragoman.v1.<community>`, so that NATS
 * permissions can be written by prefix. Families and verbs are two tokens.
 */
import type { CommandType } from "./command/index.ts";
import type { CommunityId, GatewayId } from "./id.ts";
import type { QueryType } from "./query/index.ts";
import type { SignalType } from "./signal/index.ts";

const root = (community: CommunityId): string => `dragoman.v1.${community}`;

export const subject = {
  /** A gateway's command to the leader of one term (docs/journal.md 2.6). `type` holds the family and verb. */
  command: (community: CommunityId, term: number, gateway: GatewayId, type: CommandType): string =>
    `${root(community)}.command.${term}.${gateway}.${type}`,
  /** All commands of one term: what its leader serves. */
  commandsOf: (community: CommunityId, term: number): string =>
    `${root(community)}.command.${term}.>`,
  query: (community: CommunityId, type: QueryType): string => `${root(community)}.query.${type}`,
  queries: (community: CommunityId): string => `${root(community)}.query.>`,
  authenticate: (community: CommunityId): string => `${root(community)}.authenticate`,
  /** Where the leader appends. Captured by the stream, never subscribed to. */
  journal: (community: CommunityId): string => `${root(community)}.journal`,
  /** The stream's republish: what gateways and followers hear. */
  event: (community: CommunityId): string => `${root(community)}.event`,
  signal: (community: CommunityId, type: SignalType): string => `${root(community)}.signal.${type}`,
  signals: (community: CommunityId): string => `${root(community)}.signal.>`,
  heartbeat: (community: CommunityId, gateway: GatewayId): string =>
    `${root(community)}.heartbeat.${gateway}`,
  heartbeats: (community: CommunityId): string => `${root(community)}.heartbeat.*`,
  /** Core to leader: the budget of failed log-ins. */
  attempt: (community: CommunityId): string => `${root(community)}.attempt`,
  /** Core to leader: the pause that a burst of messages started. */
  cooldown: (community: CommunityId): string => `${root(community)}.cooldown`,
  /** Has a responder exactly while the leader of the term lives (docs/journal.md 2.4). */
  alive: (community: CommunityId, term: number): string => `${root(community)}.alive.${term}`,
} as const;

/** Takes the gateway token and the command type out of a command subject, or null if it is not one. */
export function parseCommandSubject(
  text: string,
): { readonly term: number; readonly gateway: GatewayId; readonly type: string } | null {
  const [, , , word, term, gateway, ...type] = text.split(".");
  if (word !== "command" || term === undefined || gateway === undefined || type.length === 0) {
    return null;
  }
  return { term: Number(term), gateway: gateway as GatewayId, type: type.join(".") };
}

/** The gateway token of a heartbeat subject. */
export function parseHeartbeatSubject(text: string): GatewayId | null {
  const [, , , word, gateway, ...rest] = text.split(".");
  return word === "heartbeat" && gateway !== undefined && rest.length === 0
    ? (gateway as GatewayId)
    : null;
}
