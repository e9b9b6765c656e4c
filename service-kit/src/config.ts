/** The settings of every deployment. Each edge brings a section of its own besides (`edge-section.ts`). */
import { z } from "zod";
import { addressForms } from "./address.ts";
import { logForms } from "./logger.ts";
import { setting } from "./setting.ts";

const { port, ms, ageMs, count, frameBytes, flag, list, text } = setting;

/** Entries of one form. */
const entries = (form: RegExp, example: string) =>
  list.pipe(z.array(z.string().regex(form, { error: `such as ${example}` }))).default([]);

/** Keys of the section `limits` that all edges have in common. */
export const limits = {
  /** Code points of one message. */
  postContent: count.min(1).max(10_000).default(2_000),
  /** Results of one search, 50 at most. */
  searchResults: count.min(1).max(50).default(30),
  messagesPerMinute: count.default(60),
  burstLimit: count.default(10),
  cooldownMs: ms.default(30_000),
  /** What one person does besides that others are shown (reactions, pins, votes, names, ...). */
  actsPerMinute: count.default(120),
  actsBurst: count.default(30),
  /** Read marks that one person moves; 0: any number. */
  readMarksPerMinute: count.default(120),
  /** Messages of one webhook; 0: any number. */
  webhookPerMinute: count.default(60),
  /** Live sessions of one person. */
  sessionsPerPerson: count.default(50),
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
  /** How long one stays whose person is banned, or not let in by a phase, and reads so. */
  turnedAwayMs: ms.default(3_600_000),
  /** One inbound frame before sign-in. */
  signInFrameBytes: frameBytes.default(16 * 1024),
  /** Frames of all connections of one gateway that are unfinished or wait; above it whoever holds most is closed. */
  inboundBytes: frameBytes.default(64 * 1024 * 1024),
  /** What may wait for one socket before it is closed as a slow reader, and for how long. */
  outboxBytes: frameBytes.default(8 * 1024 * 1024),
  outboxMs: ms.default(30_000),
  /** What waits for all slow readers of one gateway, shared lists once; above it whoever is owed most is closed. */
  outboundBytes: frameBytes.default(256 * 1024 * 1024),
  /** People whom a list of members names besides those who are online (`docs/protocols/bridge.md`). */
  listedPeople: count.max(100_000).default(5_000),
  /** Width times height of one picture in a file. */
  picturePixels: count.min(1).default(100_000_000),
  /** Frames of one connection that wait for the one before. */
  intakeFrames: count.default(256),
};

/** Keys with their defaults, up to where the sections of the edges stand. Durations end in `Ms`. */
export const general = {
  /** The community that this process serves. */
  community: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "1 to 64 letters, digits, _ or -" })
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
  /** `auto`: for people where standard error is a terminal, else one JSON object a line. */
  logForm: z.enum(logForms).default("auto"),
  /** How addresses of people are written into logs: whole, shortened to their network (/24, /48), or not at all. */
  logAddresses: z.enum(addressForms).default("shortened"),
  /** Addresses or CIDR ranges whose X-Forwarded-For and X-Real-IP are believed. */
  trustedProxies: list.default([]),
  /** Exact origins that browsers may come from; `*` is all. A request without Origin passes. */
  allowedOrigins: list.default(["*"]),
};

/** Keys with their defaults behind the sections of the edges. */
export const rest = {
  console: z.strictObject({ port: port.default(8080) }).prefault({}),
  /** `/livez`, `/readyz`, `/metrics` of all services in the process. */
  health: z
    .strictObject({ port: port.default(8081), host: text.default("127.0.0.1") })
    .prefault({}),
  /** PEM files; both set: gateways and console speak TLS. */
  tls: z.strictObject({ cert: text.default(""), key: text.default("") }).prefault({}),
  /** A gateway's own sign that what is said at it arrives everywhere (docs/decisions/canary.md). */
  canary: z
    .strictObject({
      /** Between two of one gateway; 0: none. */
      everyMs: ms.default(10_000),
    })
    .prefault({}),
  nats: z
    .strictObject({
      /** A server of one's own; empty: `dragoman up` starts one. */
      url: text.default(""),
      user: text.default(""),
      password: text.default(""),
      /** How many servers of a cluster keep a copy of everything (docs/operation/cluster.md). */
      replicas: count.min(1).max(5).default(1),
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
      bytesMax: count.min(1).default(100 * 1024 * 1024),
      /** Media types, `x/*` or `*`; empty: all. Of pictures, films and sounds `x/*` means those that lose their metadata. */
      types: list.default(["image/*", "video/*", "audio/*", "application/pdf"]),
      /** Of one person; -1: any number, 0: none; above it the oldest goes. */
      perPerson: z.number().int().min(-1).default(-1),
      perMinute: count.default(10),
      /** The longest that a file stays. */
      keptMs: ageMs.default(7 * 24 * 3_600_000),
      /** Subscriptions at Rotur (`rotur`) whose holders' files stay for `permanentMs`; empty: none. */
      permanentTiers: list.default(["pro", "max"]),
      permanentMs: ageMs.default(365 * 24 * 3_600_000),
      /** How long one stays that no message shows. */
      unusedMs: ageMs.default(3_600_000),
      /** Uploads under way at one gateway, and from one address or of one person. */
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
  limits: z.strictObject(limits).prefault({}),
  accounts: z
    .strictObject({
      /**
       * Who may say who somebody is. Where a client does not say whom it means they are asked in this order.
       */
      providers: list
        .pipe(z.array(z.enum(["local", "token", "site", "rotur", "guest"])))
        .default(["local", "token"]),
      /** Whether anybody may make an account; where not, whoever has an invite (`dragoman invite create`) still may. */
      allowRegistration: flag.default(true),
      tokenMs: ageMs.default(30 * 24 * 3_600_000),
      /** How long a code of `/link` is good. */
      linkMs: ageMs.default(600_000),
      /** Password checks at once, and waiting. */
      verifyConcurrency: count.default(2),
      verifyQueue: count.default(200),
    })
    .prefault({}),
  /** The `site` provider (Sock Chat reference, 3): the web site whose people these are. */
  site: z
    .strictObject({
      /** `sharpchat`: verify, bump and bans, signed (3.3). `2015`: the original's unsigned question (3.2). */
      form: z.enum(["sharpchat", "2015"]).default("sharpchat"),
      /** The base of Sock Chat reference, 3.3, or for `2015` the site's root. */
      url: text.default(""),
      /** The shared key that requests are signed with. */
      secret: text.default("woomy"),
      timeoutMs: ms.min(1).default(5_000),
      /** How long a good answer is believed, for those who come back at once. */
      cacheMs: ms.default(30_000),
      /** How often the site is told who is here. */
      bumpMs: ms.min(10).default(60_000),
      /** `<rank>=<role>`: from which rank on the site a role is held. Empty: by the roles' own ranks. */
      roles: list
        .pipe(
          z.array(
            z
              .string()
              .regex(/^[0-9]{1,3}=.+$/, { error: "a rank and a role, such as 5=moderator" }),
          ),
        )
        .default([]),
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
  /** How long a stopping gateway waits for answers that are under way, of one socket and of the last. */
  drainMs: ms.default(3_000),
  /** How long it has said that it is not ready before it ends the first socket. */
  drainAheadMs: ms.default(2_000),
  /** Sockets that it ends in a second, unless all would take longer than `drainSpreadMs`. */
  drainPerSecond: count.min(1).default(100),
  drainSpreadMs: ms.default(20_000),
  /** How long messages are kept; without it for ever. */
  retention: z
    .strictObject({
      /** Days; 0: for ever. */
      days: z.coerce.number().min(0).default(0),
      /** `<channel>=<days>`: channels, with their threads, that have a time of their own. */
      channels: list
        .pipe(
          z.array(
            z.string().regex(/^.+=[0-9]+(\.[0-9]+)?$/, "<channel>=<days>, such as general=30"),
          ),
        )
        .default([]),
      /** How often it is looked for what is older. */
      everyMs: ms.min(1).default(60_000),
    })
    .prefault({}),
  /** A protocol that the community leaves, step by step (docs/migrating.md). */
  phases: z
    .strictObject({
      /** `<protocol>=<phase>`; of one that is not named: open. */
      now: entries(
        /^[a-z][a-z0-9]{0,31}=(?:open|announced|invited|read-only|closed)$/,
        "<protocol>=announced",
      ),
      /** `<protocol>=<phase>@<date>`: the step that comes by itself. */
      next: entries(
        /^[a-z][a-z0-9]{0,31}=(?:open|announced|invited|read-only|closed)@[0-9:TZ+-]{10,25}$/,
        "<protocol>=closed@2030-01-31 or <protocol>=closed@2030-01-31T18:00Z",
      ),
      /** `<protocol>=<words>` to its people. */
      texts: entries(/^[a-z][a-z0-9]{0,31}=[\s\S]{1,500}$/, "<protocol>=We move on Sunday."),
      /** `<protocol>=<address>`: where its client is found, or what is typed into one. */
      clients: entries(/^[a-z][a-z0-9]{0,31}=\S{1,300}$/, "<protocol>=https://chat.example.org"),
      /** How often people are told again who stay connected. */
      tellMs: ageMs.min(1).default(24 * 3_600_000),
    })
    .prefault({}),
  /** Who was there by which protocol (docs/migrating.md). */
  adoption: z
    .strictObject({
      /** For how many days people are known by name in it; of those before the counts are kept. */
      namesDays: count.max(31).default(31),
    })
    .prefault({}),
  /** How much of the store may be used (docs/journal.md 1.4); 0: as much as there is. */
  storage: z
    .strictObject({
      journalBytes: count.default(4 * 1024 * 1024 * 1024),
      /** Uploads, emoji and pictures. */
      fileBytes: count.default(16 * 1024 * 1024 * 1024),
      /**
       * The folder of NATS' store, where that is on this machine: core refuses what people do before its disk is full.
       * Empty: core does not see the disk; `dragoman up` knows that of its own server.
       */
      natsDir: text.default(""),
    })
    .prefault({}),
  /** What a start begins with instead of the whole journal (docs/journal.md 5.2 and 5.3). */
  snapshots: z
    .strictObject({
      /** A new one of the state behind so many records, or behind any after so long. */
      everyRecords: count.min(1).default(10_000),
      everyMs: ms.min(1).default(3_600_000),
      /** The same of the history, which is larger. */
      historyRecords: count.min(1).default(20_000),
      historyMs: ms.min(1).default(24 * 3_600_000),
      /** Records that are younger stay in the journal, whatever snapshots there are. */
      keptMs: ageMs.default(24 * 3_600_000),
    })
    .prefault({}),
  /** The rhythm between journal, leader and gateways (docs/journal.md). */
  journal: z
    .strictObject({
      heartbeatMs: ms.default(200),
      /** So long after a heartbeat that the leader has answered a gateway delivers, answers and sends commands. */
      freshMs: ms.min(1).default(800),
      /** After so long without it closes its sockets: before `gatewayMs` is over. */
      letGoMs: ms.min(1).default(10_000),
      /** Over so long it spreads the moments at which their clients come back. */
      comeBackMs: ms.default(4_000),
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
      /** So long every process knows what a new version brought before it is used (docs/journal.md 1.7): time to go back. */
      levelMs: ageMs.default(24 * 3_600_000),
      /** Commands waiting at the leader; above it they are refused as busy. */
      intakeMax: count.default(20_000),
    })
    .prefault({}),
};

const ConfigShape = z.strictObject({ ...general, ...rest });
/** What the parts of a deployment have in common. The sections of edges are read by `EdgeSection.of`. */
export type Config = z.infer<typeof ConfigShape>;
