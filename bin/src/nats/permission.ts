/**
 * Who may say and hear what on the bus (docs/journal.md 4.2; the subjects are bus-schema's). Only core publishes
 * to the journal, to events and to signals; a gateway commands under its own id alone and may create no consumer,
 * for whoever may can make the server publish old records on any subject.
 */
import {
  type CommunityId,
  fileStream,
  type GatewayId,
  journalStream,
  operatorGateway,
  secretBucket,
} from "@dragoman/bus-schema";

/** The users of the server, named like the services. Their inboxes are `_INBOX_<user>`. */
export const natsUsers = ["core", "gateway-originchats", "gateway-sockchat", "operator"] as const;
export type NatsUser = (typeof natsUsers)[number];

/** Subjects with NATS wildcards. */
export interface Permission {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

function corePermission(community: CommunityId): Permission {
  return {
    publish: [
      `dragoman.v1.${community}.>`,
      "$JS.API.>",
      "$JS.ACK.>",
      "$JS.FC.>",
      "$KV.>",
      ...natsUsers.map((user) => `_INBOX_${user}.>`),
    ],
    subscribe: [`dragoman.v1.${community}.>`, "_INBOX_core.>"],
  };
}

/** What takes files in and gives them out: only OriginChats has HTTP routes for them. Core alone removes any. */
function fileSubjects(community: CommunityId): readonly string[] {
  const { name, chunks, metas } = fileStream(community);
  return [`${chunks}.*`, `${metas}.*`, `$JS.API.DIRECT.GET.${name}`];
}

/** `gatewayId` null: the id is not known beforehand, so any of the gateway's kind may be used. */
function gatewayPermission(
  community: CommunityId,
  user: NatsUser,
  gatewayId: GatewayId | null,
): Permission {
  const root = `dragoman.v1.${community}`;
  const self = `${user.replace("gateway-", "")}.${gatewayId ?? "*"}`;
  return {
    publish: [
      `${root}.command.*.${self}.>`,
      `${root}.query.${self}.>`,
      `${root}.authenticate.${self}`,
      `${root}.heartbeat.${self}`,
      `$JS.API.DIRECT.GET.${journalStream(community).name}`,
      ...(user === "gateway-originchats" ? fileSubjects(community) : []),
    ],
    subscribe: [`${root}.event`, `${root}.signal.>`, `_INBOX_${user}.>`],
  };
}

function operatorPermission(community: CommunityId): Permission {
  const root = `dragoman.v1.${community}`;
  const self = `${operatorGateway}.${operatorGateway}`;
  const secrets = secretBucket(community);
  return {
    publish: [
      `${root}.command.*.${self}.>`,
      `${root}.query.${self}.>`,
      `${root}.heartbeat.${self}`,
      `$KV.${secrets}.credential.>`,
      "$JS.API.INFO",
      `$JS.API.STREAM.INFO.KV_${secrets}`,
    ],
    subscribe: [`${root}.event`, "_INBOX_operator.>"],
  };
}

/** What a server must know to write its permissions. */
export interface Territory {
  readonly community: CommunityId;
  /** The ids that the gateways will use; absent where they are made at each start. */
  readonly gatewayIds?: Readonly<Record<"originchats" | "sockchat", GatewayId>>;
}

/** The permission of every user. */
export function permissions(territory: Territory): Readonly<Record<NatsUser, Permission>> {
  const { community, gatewayIds } = territory;
  return {
    core: corePermission(community),
    "gateway-originchats": gatewayPermission(
      community,
      "gateway-originchats",
      gatewayIds?.originchats ?? null,
    ),
    "gateway-sockchat": gatewayPermission(
      community,
      "gateway-sockchat",
      gatewayIds?.sockchat ?? null,
    ),
    operator: operatorPermission(community),
  };
}
