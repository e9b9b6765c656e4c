/** The configurations that are written as files: for a server of one's own, and for the containers. */
import { CommunityId } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import {
  type ClusterSettings,
  natsConfiguration,
  type Secret,
  type TenantUsers,
} from "./configuration.ts";
import { type NatsUser, natsUsers, userName } from "./permission.ts";

/** A file of the repository and the text that it must have. */
export interface Deployment {
  /** Below the repository. */
  readonly path: string;
  readonly text: string;
}

/** The environment variable that the server takes a password from. */
export function passwordVariable(user: NatsUser, community: CommunityId): string {
  const whose = community === "main" ? [] : [community];
  return ["NATS", ...whose, user.replace("gateway-", ""), "PASSWORD"]
    .join("_")
    .replaceAll("-", "_")
    .toUpperCase();
}

function tenantOf(community: CommunityId): TenantUsers {
  const passwords = Object.fromEntries(
    natsUsers.map((user) => [user, { variable: passwordVariable(user, community) }]),
  ) as Record<NatsUser, Secret>;
  return { community, passwords };
}

/** What whoever adds routes to a server has to know first. */
const clusterWarning = `# Begin a cluster with empty stores: a server that has stood alone DELETES what it stores when it gets routes. A community
# moves by \`dragoman backup\` and \`dragoman restore\` (docs/operation/cluster.md).
#
`;

function heading(communities: readonly CommunityId[], isCluster: boolean): string {
  const users = communities.flatMap((community) =>
    natsUsers.map(
      (user) => `#   ${userName(user, community)}: $${passwordVariable(user, community)}`,
    ),
  );
  return `# The configuration of a nats-server, 2.9.10 or later, for: ${communities.join(", ")}
# Written by \`dragoman nats-config\` from the table in bin/src/nats/permission.ts; do not edit.
#
${isCluster ? clusterWarning : ""}# Each service signs in as a user of its own (DRAGOMAN_NATS_USER, DRAGOMAN_NATS_PASSWORD), each community apart from the
# others. The passwords come from the environment; begin each with a letter, for the server reads digits as a number:
#
${users.join("\n")}

`;
}

/**
 * The configuration of a server for some communities, with passwords from the environment.
 * @throws OperatorError for what is no community id, and where two could not be told apart
 */
export function deployedConfiguration(
  given: readonly string[],
  place: {
    readonly storeDir: string;
    readonly host: string;
    readonly port: number;
    /** Of a cluster each server has a name of its own. */
    readonly serverName?: string;
    readonly cluster?: ClusterSettings;
  },
): string {
  const communities = given.map((id) => {
    const parsed = CommunityId.safeParse(id);
    if (!parsed.success) throw new OperatorError(`${JSON.stringify(id)} is no community id`, 2);
    return parsed.data;
  });
  const variables = communities.map((community) => passwordVariable("core", community));
  if (new Set(variables).size < variables.length) {
    throw new OperatorError("two of the ids make the same environment variables", 2);
  }
  const text = natsConfiguration({
    serverName: "dragoman",
    ...place,
    communities: communities.map(tenantOf),
  });
  return `${heading(communities, place.cluster !== undefined)}${text}`;
}

const anywhere = { host: "0.0.0.0", port: 4222 } as const;

/** The committed files: `npm run docs` writes them. */
export const deployments: readonly Deployment[] = [
  {
    path: "deploy/nats/dragoman.conf",
    text: deployedConfiguration(["main"], { ...anywhere, storeDir: "/var/lib/nats" }),
  },
  {
    path: "deploy/nats/compose.conf",
    text: deployedConfiguration(["main"], { ...anywhere, storeDir: "/data" }),
  },
];
