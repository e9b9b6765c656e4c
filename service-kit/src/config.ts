/**
 * The configuration: one schema, read from defaults, then a YAML file, then the environment. A key `a.bC` is
 * the environment variable `DRAGOMAN_A_B_C`. Lists are written with commas there. Unknown keys are refused.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { OperatorError } from "./operator-error.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const ms = z.coerce.number().int().min(0);
const count = z.coerce.number().int().min(0);
/** A bound of inbound bytes: no packet that a protocol needs is shorter. */
const frameBytes = z.coerce.number().int().min(1_024);
const flag = z
  .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === "1" || value === "true");
const list = z.union([z.array(z.string()), z.string()]).transform((value) =>
  typeof value === "string"
    ? value
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "")
    : value,
);
const text = z.string();

/** Every key with its default. Durations end in `Ms`. */
const shape = {
  /** The community that this process serves. */
  community: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default("main"),
  /** The address that gateways and console listen on. */
  host: text.default("127.0.0.1"),
  /** Where the embedded nats-server, the projection and generated secrets live. */
  dataDir: text.default("./data"),
  /** Demo channels and accounts: `auto` is on while `host` is a loopback address. */
  demo: z
    .union([z.boolean(), z.enum(["auto", "0", "1", "true", "false"])])
    .transform((v) => (v === "auto" ? "auto" : v === true || v === "1" || v === "true"))
    .default("auto"),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Addresses or CIDR ranges whose X-Forwarded-For and X-Real-IP are believed. */
  trustedProxies: list.default([]),
  /** Exact origins that browsers may come from; `*` is all. A request without Origin passes. */
  allowedOrigins: list.default(["*"]),
  originchats: z
    .strictObject({
      port: port.default(5613),
      /** The public base, `https://host`; derived from host, port and TLS when empty. */
      url: text.default(""),
      /** How often the server says `ping` to each connection. */
      pingMs: ms.default(30_000),
      /** Above so many packets in 10 s one is answered `rate_limit`; above `floodClose` the socket is closed. */
      floodWarn: count.default(300),
      floodClose: count.default(1_000),
      /** A readable `error` beside `rate_limit` at most once in this time. */
      rateErrorMs: ms.default(5_000),
      /** One inbound frame. The longest that is needed carries a picture of 2 MiB as base64. */
      frameBytes: frameBytes.default(3 * 1024 * 1024),
    })
    .prefault({}),
  sockchat: z
    .strictObject({
      port: port.default(6770),
      /** A connection that has not pinged for so long is closed with reason timeout. */
      pingTimeoutMs: ms.default(300_000),
      /** People of OriginChats whom lists name; above, who spoke in the last day and nobody else. */
      originchatsListed: count.default(300),
      /** One inbound frame. The longest that is needed: `postContent` of 10,000 code points of 4 bytes, and a command. */
      frameBytes: frameBytes.default(64 * 1024),
      /** Lines of history at login and on entering a channel. */
      backlog: count.default(20),
      /** Packets in `floodWindowMs` from which `flwarn` is sent, and at which the person is put out. */
      floodWarn: count.default(25),
      floodKick: count.default(30),
      floodWindowMs: ms.default(10_000),
      /** Pictures in messages as `[img]` tags instead of bare addresses. */
      imageTags: flag.default(false),
      /** Reactions: a notice so long after the last change of a message, at most one in `digestAgainMs`. 0: none. */
      digestMs: ms.default(5_000),
      digestAgainMs: ms.default(60_000),
      /** Who comes back within this time is given what was missed since, at most so many lines. */
      returnMs: ms.max(3_600_000).default(600_000),
      returnLines: count.max(200).default(200),
    })
    .prefault({}),
  console: z.strictObject({ port: port.default(8080) }).prefault({}),
  /** `/livez`, `/readyz`, `/metrics` of all services in the process. */
  health: z
    .strictObject({ port: port.default(8081), host: text.default("127.0.0.1") })
    .prefault({}),
  /** PEM files; both set: gateways and console speak TLS. Read again on SIGHUP. */
  tls: z.strictObject({ cert: text.default(""), key: text.default("") }).prefault({}),
  nats: z
    .strictObject({
      /** A server of one's own; empty: `dragoman up` starts one. */
      url: text.default(""),
      user: text.default(""),
      password: text.default(""),
    })
    .prefault({}),
  /** What the community says of itself. */
  server: z
    .strictObject({
      name: text.min(1).max(100).default("Dragoman"),
      ownerName: text.max(100).default("Admin"),
      motd: text.max(1000).default(""),
    })
    .prefault({}),
  /** Uploads (OriginChats part 2, section 14). */
  attachments: z
    .strictObject({
      enabled: flag.default(true),
      /** One file, in bytes. */
      bytesMax: z.coerce
        .number()
        .int()
        .min(1)
        .default(100 * 1024 * 1024),
      /** Media types, `x/*` or `*`; empty: all. */
      types: list.default(["image/*", "video/*", "audio/*", "application/pdf"]),
      /** Of one person; -1: any number, 0: none; above it the oldest goes. */
      perPerson: z.coerce.number().int().min(-1).default(-1),
      perMinute: count.default(10),
      /** The longest that a file stays. */
      keptMs: ms.default(7 * 24 * 3_600_000),
      /** Subscriptions at Rotur (`rotur`) whose holders' files stay for `permanentMs`; empty: none. */
      permanentTiers: list.default(["pro", "max"]),
      permanentMs: ms.default(365 * 24 * 3_600_000),
      /** How long one stays that no message shows. */
      unusedMs: ms.default(3_600_000),
      /** Uploads under way at one gateway, and from one address. */
      atOnce: count.default(16),
      atOncePerAddress: count.default(4),
    })
    .prefault({}),
  emojis: z
    .strictObject({
      /** Extensions of what may be added. */
      types: list.default(["gif", "jpg", "jpeg", "png", "webp"]),
      bytesMax: count.default(256 * 1024),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Code points of one message. */
      postContent: z.coerce.number().int().min(1).max(10_000).default(2_000),
      /** Results of one search, 50 at most. */
      searchResults: z.coerce.number().int().min(1).max(50).default(30),
      messagesPerMinute: count.default(60),
      burstLimit: count.default(10),
      cooldownMs: ms.default(30_000),
      /** Messages of one webhook; 0: any number. */
      webhookPerMinute: count.default(60),
      /** Live sessions of one person. */
      sessionsPerPerson: count.default(50),
      sockchatSessionsPerPerson: count.default(5),
      /** Open sockets of one address at one gateway. */
      connectionsPerAddress: count.default(200),
      /** Open sockets of all addresses at one gateway; for one more, a stranger's is closed. */
      connections: count.min(1).default(10_000),
      /** Failed log-ins of one account from one address in `loginWindowMs`. */
      loginAttempts: count.default(10),
      /** The same of all accounts together, for those who were not in from there before. */
      loginAttemptsPerAddress: count.default(50),
      loginWindowMs: ms.default(60_000),
      /** New accounts of one address, and of the whole community, in an hour; 0: any number. */
      registrationsPerAddress: count.default(10),
      registrationsPerHour: count.default(100),
      /** How long a socket may stay without signing in. */
      signInMs: ms.default(60_000),
      /** One inbound frame before sign-in. */
      signInFrameBytes: frameBytes.default(16 * 1024),
      /** Frames of all connections of one gateway that are unfinished or wait; above it whoever holds most is closed. */
      inboundBytes: frameBytes.default(64 * 1024 * 1024),
      /** What may wait for one socket before it is closed as a slow reader, and for how long. */
      outboxBytes: z.coerce
        .number()
        .int()
        .min(1024)
        .default(8 * 1024 * 1024),
      outboxMs: ms.default(30_000),
      /** Frames of one connection that wait for the one before. */
      intakeFrames: count.default(256),
    })
    .prefault({}),
  accounts: z
    .strictObject({
      /**
       * Who may say who somebody is. On Sock Chat they are asked in this order; on OriginChats `local` and
       * `rotur` decide what the handshake's `auth_mode` is.
       */
      providers: list
        .pipe(z.array(z.enum(["local", "token", "site", "rotur", "guest"])))
        .default(["local", "token"]),
      allowRegistration: flag.default(true),
      tokenMs: ms.default(30 * 24 * 3_600_000),
      /** How long a code of `/link` is good. */
      linkMs: ms.default(600_000),
      /** Password checks at once, and waiting. */
      verifyConcurrency: count.default(2),
      verifyQueue: count.default(200),
    })
    .prefault({}),
  /** The `site` provider (Sock Chat part 3): the web site whose people these are. */
  site: z
    .strictObject({
      /** `sharpchat`: verify, bump and bans, signed (3.3). `2015`: the original's unsigned question (3.2). */
      form: z.enum(["sharpchat", "2015"]).default("sharpchat"),
      /** `https://<site>/_sockchat`, or for `2015` the site's root. */
      url: text.default(""),
      /** The shared key that requests are signed with. */
      secret: text.default("woomy"),
      timeoutMs: ms.min(1).default(5_000),
      /** How long a good answer is believed, for those who come back at once. */
      cacheMs: ms.default(30_000),
      /** How often the site is told who is here. */
      bumpMs: ms.min(10).default(60_000),
      /** `<rank>=<role>`: from which rank on the site a role is held. Empty: by the roles' own ranks. */
      roles: list.pipe(z.array(z.string().regex(/^[0-9]{1,3}=.+$/))).default([]),
      /** Whose id on the site bans are told under when the moderator is not of the site. */
      moderatorId: count.default(0),
    })
    .prefault({}),
  /** The `rotur` provider (OriginChats part 1, 2.4). */
  rotur: z
    .strictObject({
      url: text.default("https://api.rotur.dev"),
      timeoutMs: ms.min(1).default(5_000),
      /** How long a good answer about one validator is believed. */
      cacheMs: ms.default(60_000),
      /** How long a person's subscription is believed. */
      tierCacheMs: ms.default(300_000),
    })
    .prefault({}),
  /** Notifications for people who are away (OriginChats part 3, 11). */
  push: z
    .strictObject({
      /** Whom a push service may write to: a `mailto:` or `https:` address. */
      contact: text.default("mailto:operator@example.org"),
      ttlSeconds: count.default(86_400),
      timeoutMs: ms.min(1).default(10_000),
      /** Whether push services within the own network, and without TLS, are reached. */
      internal: flag.default(false),
    })
    .prefault({}),
  /** How long a lost connection's person counts as present. */
  graceMs: ms.default(5_000),
  /** How long a stopping service may take to hand over its sockets. */
  drainMs: ms.default(3_000),
  /** The rhythm between journal, leader and gateways (docs/journal.md). */
  journal: z
    .strictObject({
      heartbeatMs: ms.default(200),
      renewMs: ms.default(500),
      renewLimitMs: ms.default(400),
      authorityMs: ms.default(1_200),
      takeoverMs: ms.default(1_500),
      eventLoopGapMs: ms.default(500),
      gapFillMs: ms.default(100),
      /** Unanswered for so long, a command's session is closed. */
      commandMs: ms.default(15_000),
      /** One try of a command before it is repeated. */
      tryMs: ms.default(1_000),
      queryMs: ms.default(2_000),
      /** How long records wait for others to be written into the history with them; a question does not wait. */
      historyMs: ms.default(25),
      /** A gateway unheard for so long has let go: its sessions are closed. */
      gatewayMs: ms.default(15_000),
      /** Commands waiting at the leader; above it they are refused as busy. */
      intakeMax: count.default(20_000),
    })
    .prefault({}),
};

export const ConfigShape = z.strictObject(shape);
export type Config = z.infer<typeof ConfigShape>;

/** Where a value came from, by its key. */
export type Origins = ReadonlyMap<string, "default" | "file" | "environment" | "option">;

const sections = Object.entries(shape)
  .filter(([, value]) => value instanceof z.ZodPrefault)
  .map(([key, value]) => {
    const inner = (value as z.ZodPrefault<z.ZodObject>).unwrap();
    return [key, Object.keys(inner.shape)] as const;
  });

/** All keys, dotted, in the order of the schema. */
export const configKeys: readonly string[] = Object.keys(shape).flatMap((key) => {
  const section = sections.find(([name]) => name === key);
  return section ? section[1].map((inner) => `${key}.${inner}`) : [key];
});

/** The environment variable of a dotted key: `nats.url` is `DRAGOMAN_NATS_URL`. */
export function environmentName(key: string): string {
  return `DRAGOMAN_${key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(".", "_")
    .toUpperCase()}`;
}

function get(tree: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>(
      (at, part) =>
        typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined,
      tree,
    );
}

function set(tree: Record<string, unknown>, key: string, value: unknown): void {
  const [head = "", rest] = key.split(".");
  if (rest === undefined) {
    tree[head] = value;
    return;
  }
  const inner = tree[head];
  if (typeof inner === "object" && inner !== null) (inner as Record<string, unknown>)[rest] = value;
  else tree[head] = { [rest]: value };
}

/** Sets outside the schema that `dragoman` itself reads. */
const otherNames = new Set(["DRAGOMAN_CONFIG"]);

/**
 * Reads the configuration. `options` are values given on the command line; they beat everything.
 * @throws OperatorError naming the key, the reason and where the value came from
 */
export function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
  options: Readonly<Record<string, unknown>> = {},
): { readonly config: Config; readonly origins: Origins } {
  const tree: Record<string, unknown> = {};
  const origins = new Map<string, "default" | "file" | "environment" | "option">();
  for (const key of configKeys) origins.set(key, "default");

  const file = environment["DRAGOMAN_CONFIG"];
  if (file !== undefined && file !== "") {
    for (const [key, value] of Object.entries(readFile(file))) {
      tree[key] = value;
    }
    for (const key of configKeys) if (get(tree, key) !== undefined) origins.set(key, "file");
  }
  const known = new Map(configKeys.map((key) => [environmentName(key), key]));
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("DRAGOMAN_") || value === undefined) continue;
    const key = known.get(name);
    if (key !== undefined) {
      set(tree, key, value);
      origins.set(key, "environment");
    } else if (!otherNames.has(name) && !name.startsWith("DRAGOMAN_TEST_")) {
      throw new OperatorError(`${name}: no such setting (see dragoman.example.yaml)`, 2);
    }
  }
  for (const [key, value] of Object.entries(options)) {
    set(tree, key, value);
    origins.set(key, "option");
  }
  const parsed = ConfigShape.safeParse(tree);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const key = issue.path.join(".");
      const origin = origins.get(key);
      const where = origin === "environment" ? environmentName(key) : key || "configuration";
      return `${where}: ${issue.message}`;
    });
    throw new OperatorError(`broken configuration: ${lines.join("; ")}`, 2);
  }
  return { config: parsed.data, origins };
}

function readFile(path: string): Record<string, unknown> {
  let raw: string;
  try {
    raw = readFileSync(path, "utf8");
  } catch (error) {
    throw new OperatorError(`DRAGOMAN_CONFIG: cannot read ${path}`, 2, { cause: error });
  }
  try {
    const value: unknown = parse(raw) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new Error("not a mapping");
    return value as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : "not YAML";
    throw new OperatorError(`DRAGOMAN_CONFIG: ${path}: ${why}`, 2, { cause: error });
  }
}

/** Whether an address is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
