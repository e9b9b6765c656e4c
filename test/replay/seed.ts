/**
 * The seed: the first line of each recording. It holds all that the house of the recording has before anybody
 * connects, so that nothing about a house hangs on the name of a file. `house.ts` builds a house from it.
 */
import { ChannelPermissions } from "@dragoman/bus-schema";
import { z } from "zod";

const name = z.string().min(1);
const count = z.int().min(0);

/**
 * Settings of the server, where they differ from those of a stock house. Durations may be shorter than those of
 * the original were: the recording stays the same, and nobody waits.
 */
const Settings = z
  .strictObject({
    /** Who may say who somebody is (`accounts.providers`). */
    providers: z.array(z.enum(["local", "rotur", "token", "site"])),
    allowRegistration: z.boolean(),
    /** Where clients reach the server, as it says itself. */
    url: z.string(),
    /** Origins that browsers may come from; absent: all. */
    origins: z.array(z.string()),
    uploadBytesMax: count,
    /** The longest frame that the server takes; absent: as long as ours takes by itself. */
    frameBytes: count,
    /** Code points of one message. */
    postContent: count,
    searchResults: count,
    /** The budget of messages; absent: none. */
    messagesPerMinute: count,
    burstLimit: count,
    cooldownMs: count,
    /** OriginChats: how often the server says `ping`; absent: its pings are no part of the recording. */
    pingMs: count,
    /** Sock Chat: how long somebody may go without a ping. */
    pingTimeoutMs: count,
    /** Sock Chat: the window of the flood rule; absent: 10 s. */
    floodWindowMs: count,
    /**
     * Sock Chat: packets in the window from which there is a warning, and at which the person is put out; absent:
     * no limit.
     */
    floodWarn: count,
    floodKick: count,
    /** Sock Chat: lines of history for whoever enters a channel. */
    backlog: count,
  })
  .partial();

/** A role. One that every house has (`user`, `owner`, …) is changed to this, any other one is made. */
const Role = z.strictObject({
  name,
  permissions: z.array(z.string()),
  color: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
  hoisted: z.boolean().optional(),
  selfAssignable: z.boolean().optional(),
  category: z.string().nullable().optional(),
});

const Person = z.strictObject({
  name,
  /** Besides nothing: a person with an empty list holds no role at all. */
  roles: z.array(z.string()),
  /** An account of the server's own. */
  password: z.string().optional(),
  /** An account elsewhere, that has been here once. */
  identity: z
    .strictObject({
      provider: z.enum(["rotur", "site"]),
      id: z.string(),
      /** Sock Chat's colour of the name. */
      color: z.string().optional(),
    })
    .optional(),
  nickname: z.string().optional(),
  status: z
    .strictObject({
      status: z.enum(["online", "idle", "dnd", "offline", "invisible"]),
      text: z.string(),
    })
    .optional(),
  banned: z.boolean().optional(),
  /** How long; `null`: until it is lifted. */
  silencedSeconds: count.nullable().optional(),
  /** Has left before the recording begins: known by what was written alone. */
  left: z.boolean().optional(),
});

const Channel = z.strictObject({
  name,
  kind: z.enum(["text", "voice", "forum", "separator"]),
  /** The first channel of the house, that is there already: it gets this name and these permissions. */
  isFirst: z.boolean().optional(),
  permissions: ChannelPermissions.optional(),
  size: z.number().optional(),
});

/** A message of before, from the oldest to the newest. */
const Message = z.strictObject({
  /** Its id in the recording. */
  id: z.string(),
  channel: name,
  author: name,
  content: z.string(),
  replyTo: z.string().optional(),
  /** Emoji, and who reacted, in order. */
  reactions: z.record(z.string(), z.array(z.string())).optional(),
  edited: z.boolean().optional(),
  pinned: z.boolean().optional(),
});

/** A client of the recording (`who`): who plays, and from where. */
const Client = z.strictObject({
  person: name,
  address: z.string().optional(),
  /** The page's origin; `null`: none is sent. Absent: the protocol's usual. */
  origin: z.string().nullable().optional(),
});

export const Seed = z.strictObject({
  t: z.literal("seed"),
  protocol: z.enum(["originchats", "sockchat"]),
  settings: Settings,
  /** From the highest to the lowest, in front of those that every house has; absent: a fresh house's. */
  roles: z.array(Role).optional(),
  people: z.array(Person),
  /** In order. */
  channels: z.array(Channel),
  messages: z.array(Message),
  /**
   * Whether the line that a new channel begins with here stays ("kept") or is deleted before the recording
   * begins, which leaves entries in the log.
   */
  firstLines: z.enum(["kept", "deleted"]),
  clients: z.record(z.string(), Client),
});
export type Seed = z.infer<typeof Seed>;

/** The person behind a client; a client that the seed does not name is nobody's. */
export const personOf = ({ clients }: Seed, who: string): string => clients[who]?.person ?? who;
