/** The text of a nats-server's configuration, from plain data. docs/journal.md 6.2 asks for its settings. */
import {
  type Account,
  accountName,
  accountsOf,
  type NatsUser,
  type ServiceExport,
  type Tenant,
  userName,
} from "./permission.ts";

/** What the text depends on but for its users. Paths are absolute. */
export interface ServerSettings {
  /** Proves to whoever connects that this is the server that was started. */
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** Where the log goes; absent: standard error. */
  readonly logFile?: string;
  /** The cluster that it is of; absent: it stands alone. */
  readonly cluster?: ClusterSettings;
}

/** How a server finds its fellows. */
export interface ClusterSettings {
  /** The same for all. */
  readonly name: string;
  /** Where it listens for them. */
  readonly port: number;
  /** Where some of them listen, itself among them or not: `<host>:<port>`. */
  readonly routes: readonly string[];
}

/** A community and what stands for each of its users' passwords. */
export interface TenantUsers extends Tenant {
  readonly passwords: Readonly<Record<NatsUser, Secret>>;
}

/** Everything that the text depends on. */
export interface NatsConfiguration extends ServerSettings {
  readonly communities: readonly TenantUsers[];
}

/** A password itself, or the environment variable that the server takes it from. */
export type Secret = { readonly value: string } | { readonly variable: string };

/**
 * How long an answer in parts may take: longer than any question waits. The server forgets then where the answer goes,
 * which it cannot do by itself where the asker's inbox stays open.
 */
const longAnswer = "30s";

/** A string of the server's configuration language, whose escapes are JSON's. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** A block of lines between brackets, indented by one more step than where it stands. */
function block(open: string, lines: readonly string[], close: string): string {
  const inner = lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`);
  return [open, ...inner, close].join("\n");
}

const list = (name: string, items: readonly string[]): string =>
  block(`${name}: [`, items.map(quote), "]");

const names = (items: readonly string[]): string => `[${items.map(quote).join(", ")}]`;

function userBlock({ user, publish, subscribe }: Account, { community, passwords }: TenantUsers) {
  const secret = passwords[user];
  const password = "value" in secret ? quote(secret.value) : `$${secret.variable}`;
  const granted = [
    block("publish: {", [list("allow", publish)], "}"),
    block("subscribe: {", [list("allow", subscribe)], "}"),
  ];
  const lines = [
    `user: ${quote(userName(user, community))}`,
    `password: ${password}`,
    block("permissions: {", granted, "}"),
  ];
  return block("users: [", [block("{", lines, "}")], "]");
}

function serviceLine({ subject, long, accounts }: ServiceExport): string {
  const parts = long ? ` response_type: "stream", response_threshold: ${quote(longAnswer)},` : "";
  return `{ service: ${quote(subject)},${parts} accounts: ${names(accounts)} }`;
}

function accountBlock(account: Account, tenant: TenantUsers): string {
  const { name, services, streams, imports } = account;
  const core = accountName("core", tenant.community);
  const isCore = name === core;
  const exported = [
    ...services.map(serviceLine),
    ...streams.map(
      ({ subject, accounts }) => `{ stream: ${quote(subject)}, accounts: ${names(accounts)} }`,
    ),
  ];
  const imported = imports.map(
    ({ kind, subject }) => `{ ${kind}: { account: ${quote(core)}, subject: ${quote(subject)} } }`,
  );
  return block(
    `${quote(name)}: {`,
    [
      ...(isCore ? ["jetstream: enabled"] : []),
      userBlock(account, tenant),
      isCore ? block("exports: [", exported, "]") : block("imports: [", imported, "]"),
    ],
    "}",
  );
}

/**
 * A server without users: whoever reaches it may do everything there. The tests' alone, and the beginning of
 * `natsConfiguration`. Dead links are noticed within 2 s, and a client that does not read is cut after 2 s.
 */
export function openConfiguration(settings: ServerSettings): string {
  const { logFile, cluster } = settings;
  return `server_name: ${quote(settings.serverName)}
listen: ${quote(`${settings.host}:${settings.port}`)}
ping_interval: "1s"
ping_max: 2
write_deadline: "2s"
${logFile === undefined ? "" : `log_file: ${quote(logFile)}\nlogfile_size_limit: 16777216\n`}
jetstream: {
  store_dir: ${quote(settings.storeDir)}
}
${cluster === undefined ? "" : clusterBlock(settings.host, cluster)}`;
}

function clusterBlock(host: string, { name, port, routes }: ClusterSettings): string {
  const lines = [
    `name: ${quote(name)}`,
    `listen: ${quote(`${host}:${port}`)}`,
    list(
      "routes",
      routes.map((route) => `nats-route://${route}`),
    ),
  ];
  return `${block("cluster: {", lines, "}")}\n`;
}

/** The file that nats-server 2.9.10 and later reads. */
export function natsConfiguration(options: NatsConfiguration): string {
  const accounts = options.communities.flatMap((tenant) =>
    accountsOf(tenant).map((account) => accountBlock(account, tenant)),
  );
  return `${openConfiguration(options)}\n${block("accounts: {", accounts, "}")}\n`;
}
