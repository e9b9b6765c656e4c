/**
 * Who may say and hear what on the bus (docs/journal.md 4.2): the one table that every server's configuration is
 * written from. Each service has an account of its own, and JetStream is in core's alone. A gateway's account imports
 * the few subjects that it needs and no other, for a server answers on whatever subject a request names: within its own
 * account that is nobody's business but its own.
 */
import {
  type CommunityId,
  fileStream,
  type GatewayId,
  gatewayKind,
  journalStream,
  operatorGateway,
  settingsBucket,
  snapshotStream,
  subject,
} from "@dragoman/bus-schema";
import type { EdgeFacts } from "@dragoman/service-kit";
import { type EdgeProtocol, edges, gatewayName } from "../edges.ts";

/** The services that sign in, as their users are named. Their inboxes are `_INBOX_<user>`. */
export const natsUsers = [
  "core",
  ...edges.map(({ protocol }) => gatewayName(protocol)),
  "operator",
] as const;
export type NatsUser = (typeof natsUsers)[number];

/** A community on a server. */
export interface Tenant {
  readonly community: CommunityId;
  /** The ids that the gateways will use; absent where they are made at each start. */
  readonly gatewayIds?: Readonly<Record<EdgeProtocol, GatewayId>>;
}

/** A subject of core's account that another account may publish to. `long`: answers may come in parts. */
export interface ServiceExport {
  readonly subject: string;
  readonly accounts: readonly string[];
  readonly long: boolean;
}

/** An account with its one user. Subjects have NATS wildcards. */
export interface Account {
  readonly name: string;
  readonly user: NatsUser;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** What others may ask of it. */
  readonly services: readonly ServiceExport[];
  /** What others may hear of it. */
  readonly streams: readonly { readonly subject: string; readonly accounts: readonly string[] }[];
  /** What it asks and hears of core's account. */
  readonly imports: readonly { readonly kind: "service" | "stream"; readonly subject: string }[];
}

/** What one service asks. `narrow`: as far as its ids are known; `wide`: whatever their ids. */
interface Asked {
  readonly narrow: string;
  readonly wide: string;
  readonly long: boolean;
}

/** Stands for any token in a subject. */
const any = "*";

/** The name of a user on a server: those of the default community are named like the services. */
export function userName(user: NatsUser, community: CommunityId): string {
  return community === "main" ? user : `${user}-${community}`;
}

/** The name of a service's account; streams lie in a folder of core's. */
export function accountName(user: NatsUser, community: CommunityId): string {
  return `${user.replace("gateway-", "").toUpperCase()}_${community}`;
}

const anyOf = (kind: string): GatewayId => `${kind}_${any}` as GatewayId;

/** A subject of one gateway with what varies taken out: a term, a type, a file, and for any gateway its id. */
function asked(make: (gateway: GatewayId) => string, gateway: GatewayId, long = false): Asked {
  const kind = gatewayKind(gateway);
  const wide = make(anyOf(kind)).replace(`.${anyOf(kind)}`, `.${any}`);
  const narrow = gateway === anyOf(kind) ? wide : make(gateway);
  return { narrow, wide, long };
}

/** The settings that all share, by their revisions. */
const sharedSettings = (community: CommunityId): string =>
  `$JS.API.DIRECT.GET.KV_${settingsBucket(community)}`;

function gatewayAsks({ servesFiles }: EdgeFacts, community: CommunityId, gateway: GatewayId) {
  const of = `dragoman.v1.${community}`;
  const journal = `$JS.API.DIRECT.GET.${journalStream(community).name}`;
  return [
    asked((id) => `${of}.command.${any}.${gatewayKind(id)}.${id}.>`, gateway),
    asked((id) => `${of}.query.${gatewayKind(id)}.${id}.>`, gateway, true),
    asked((id) => subject.authenticate(community, id), gateway, true),
    asked((id) => subject.heartbeat(community, id), gateway),
    // Records by their places: what a gateway has missed.
    asked(() => journal, gateway),
    asked(() => sharedSettings(community), gateway),
    ...(servesFiles ? [asked((id) => `${of}.file.${gatewayKind(id)}.${id}.>`, gateway)] : []),
  ];
}

function operatorAsks(community: CommunityId): readonly Asked[] {
  const of = `dragoman.v1.${community}`;
  const self = `${gatewayKind(operatorGateway)}.${operatorGateway}`;
  return [
    { subject: `${of}.command.${any}.${self}.>`, long: false },
    { subject: `${of}.query.${self}.>`, long: true },
    { subject: subject.heartbeat(community, operatorGateway), long: false },
    { subject: subject.credential(community, operatorGateway), long: false },
    { subject: `${of}.file.${self}.>`, long: false },
    { subject: sharedSettings(community), long: false },
  ].map(({ subject: name, long }) => ({ narrow: name, wide: name, long }));
}

/** What an account hears of core's. */
function heard(user: NatsUser, community: CommunityId): readonly string[] {
  const event = subject.event(community);
  return user === "operator" ? [event] : [event, subject.signals(community)];
}

function asksOf(user: NatsUser, { community, gatewayIds }: Tenant): readonly Asked[] {
  if (user === "operator") return operatorAsks(community);
  const edge = edges.find(({ protocol }) => gatewayName(protocol) === user);
  if (edge === undefined) return [];
  return gatewayAsks(edge, community, gatewayIds?.[edge.protocol] ?? anyOf(edge.protocol));
}

function guestAccount(user: NatsUser, tenant: Tenant): Account {
  const asks = asksOf(user, tenant);
  const hears = heard(user, tenant.community);
  return {
    name: accountName(user, tenant.community),
    user,
    publish: asks.map(({ narrow }) => narrow),
    subscribe: [...hears, `_INBOX_${user}.>`],
    services: [],
    streams: [],
    imports: [
      ...asks.map(({ wide }) => ({ kind: "service" as const, subject: wide })),
      ...hears.map((name) => ({ kind: "stream" as const, subject: name })),
    ],
  };
}

function coreAccount(tenant: Tenant): Account {
  const { community } = tenant;
  const stores = [fileStream(community), snapshotStream(community)];
  const services = new Map<string, ServiceExport>();
  const streams = new Map<string, readonly string[]>();
  for (const user of natsUsers) {
    if (user === "core") continue;
    const name = accountName(user, community);
    for (const { wide, long } of asksOf(user, tenant)) {
      const accounts = [...(services.get(wide)?.accounts ?? []), name];
      services.set(wide, { subject: wide, accounts, long });
    }
    for (const one of heard(user, community)) streams.set(one, [...(streams.get(one) ?? []), name]);
  }
  return {
    name: accountName("core", community),
    user: "core",
    publish: [
      `dragoman.v1.${community}.>`,
      "$JS.API.>",
      "$JS.ACK.>",
      "$JS.FC.>",
      "$KV.>",
      ...stores.flatMap(({ chunks, metas }) => [`${chunks}.*`, `${metas}.*`]),
      "_INBOX_core.>",
      // Where the answers to other accounts go.
      "_R_.>",
    ],
    subscribe: [`dragoman.v1.${community}.>`, "_INBOX_core.>"],
    services: [...services.values()],
    streams: [...streams].map(([name, accounts]) => ({ subject: name, accounts })),
    imports: [],
  };
}

/** The accounts of a community, core's first. */
export function accountsOf(tenant: Tenant): readonly Account[] {
  return natsUsers.map((user) =>
    user === "core" ? coreAccount(tenant) : guestAccount(user, tenant),
  );
}
