/**
 * Queries: reads that any core answers whose state or projection has caught up to `atLeast`. Every answer says
 * `through`, the journal sequence that it covers (docs/journal.md 4.3).
 */
import { z } from "zod";
import { Channel, Role, Server } from "../community.ts";
import { Message } from "../content.ts";
import { Emoji } from "../file.ts";
import { ChannelId, CredentialId, MessageId, UserId } from "../id.ts";
import { Standing } from "../phase.ts";
import { Place } from "../place.ts";
import { Session } from "../session.ts";
import { anyOf } from "../shapes.ts";
import { SlashSet } from "../slash.ts";
import { Thread } from "../thread.ts";
import { VoicePresence } from "../voice.ts";
import { adoptionQueries } from "./adoption.ts";
import { exportQueries } from "./export.ts";
import { fileQueries } from "./file.ts";
import { importQueries } from "./import.ts";
import { inviteQueries } from "./invite.ts";
import { journalQueries } from "./journal.ts";
import { messageQueries } from "./message.ts";
import { moderationQueries } from "./moderation.ts";
import { pollQueries } from "./poll.ts";
import { pushQueries } from "./push.ts";
import { RosterUser } from "./roster-user.ts";
import { sessionQueries } from "./session.ts";
import { tokenQueries } from "./token.ts";
import { traceQueries } from "./trace.ts";
import { userQueries } from "./user.ts";

export { RosterUser };

/**
 * Packed entries, each of a person's id and the `RosterUser` (`service-kit/src/packed`): a gateway keeps them as they come.
 * `shapes`: the keys of the objects in them, by number. `bytes`: in base64.
 */
const PackedPeople = z.object({
  shapes: z.array(z.tuple([z.int().min(0), z.array(z.string())])),
  bytes: z.string(),
});

/** People of one page of the roster. */
export const rosterPageMax = 500;

export const queryShapes = {
  ...journalQueries,
  ...importQueries,
  ...exportQueries,
  ...adoptionQueries,
  /**
   * What a gateway's roster starts from, at one sequence. Needs no session. `paged`: but for the people, of whom `people` says
   * how many there are; `roster.people` gives them. Whoever does not ask so is of the version before, and gets all `users`
   * at once; a core of the version before gives them to everybody.
   */
  "roster.snapshot": {
    ask: z.object({ type: z.literal("roster.snapshot"), paged: z.boolean().exactOptional() }),
    answer: z.object({
      server: Server,
      emojis: z.array(Emoji).exactOptional(),
      /** Of the protocols that are, or were, on their way out. */
      phases: z.array(Standing).exactOptional(),
      roles: z.array(Role),
      channels: z.array(Channel),
      threads: z.array(Thread),
      people: z.int().exactOptional(),
      users: z.array(RosterUser).exactOptional(),
      sessions: z.array(Session.extend({ dropped: z.boolean() })),
      /** Who is admitted to which channel with a password. */
      admissions: z
        .array(z.object({ channelId: ChannelId, userId: UserId, passwordId: CredentialId }))
        .exactOptional(),
      /** Who is in a voice channel, in the order of their coming. */
      voices: z.array(VoicePresence).exactOptional(),
      /** Who was here last, the latest last (`here.ts`). */
      hereLast: z.array(UserId).exactOptional(),
      /** In the order of their registration. */
      slashes: z.array(SlashSet).exactOptional(),
      /** Per place the newest message; for channel lists. */
      lastMessages: z.array(z.object({ place: Place, messageId: MessageId, createdAtUs: z.int() })),
      /** The greatest number that a message has. */
      lastMessageNumber: z.int().exactOptional(),
      /** The id of the record at `through`, and its `at`. */
      lastId: z.string(),
      lastAt: z.int(),
      term: z.int(),
    }),
  },
  /**
   * A page of everybody ever, in the order of their accounts, from the nth on; needs no session. People as they are at
   * `through`, which another page need not have: what happened to them since the roster's own sequence is applied again by
   * its events, each of which says what is so from then on (docs/journal.md 4.3). `digest`: of that page as the asker
   * knows it; there is neither `users` nor `packed` where it is the same. `form`: the form of packed entries that the asker
   * reads; where it is core's too, `packed` holds the people, else `users` does.
   */
  "roster.people": {
    ask: z.object({
      type: z.literal("roster.people"),
      from: z.int().min(0),
      digest: z.string().max(64).exactOptional(),
      form: z.int().exactOptional(),
    }),
    answer: z.object({
      users: z.array(RosterUser).max(rosterPageMax).exactOptional(),
      packed: PackedPeople.exactOptional(),
    }),
  },
  /**
   * A page of a place's present messages, oldest first. `skip`: so many of the newest are left out; `before`:
   * only messages older than that id (unknown: none). `total` counts all present messages of the place,
   * `older` those older than the page. `without`: what the server answered to these slash commands is left out, which is
   * looked for among so many messages; the counts count it.
   */
  "message.page": {
    ask: z.object({
      type: z.literal("message.page"),
      place: Place,
      limit: z.int().min(0).max(200),
      skip: z.int().min(0).exactOptional(),
      before: z.string().max(64).exactOptional(),
      without: z.array(z.string().max(64)).max(32).readonly().exactOptional(),
    }),
    answer: z.object({
      messages: z.array(Message),
      total: z.int(),
      older: z.int(),
      newestId: MessageId.nullable(),
    }),
  },
  ...messageQueries,
  ...fileQueries,
  ...pollQueries,
  ...pushQueries,
  /** The asking person's read state of every channel with messages and every thread that they may view. */
  "unread.counts": {
    ask: z.object({ type: z.literal("unread.counts") }),
    answer: z.object({
      places: z.array(
        z.object({
          place: Place,
          lastReadId: MessageId.nullable(),
          unread: z.int(),
          total: z.int(),
        }),
      ),
    }),
  },
  /** Who is banned or kept out for a time. Right: ban or kick. */
  "moderation.bans": {
    ask: z.object({ type: z.literal("moderation.bans") }),
    answer: z.object({
      bans: z.array(
        z.object({
          userId: UserId,
          kind: z.enum(["kick", "ban"]),
          untilMs: z.int().nullable(),
          /** Barred addresses, for whoever has the right `seeAddresses` only. */
          addresses: z.array(z.string().max(64)).exactOptional(),
        }),
      ),
    }),
  },
  ...moderationQueries,
  ...userQueries,
  ...sessionQueries,
  ...inviteQueries,
  ...tokenQueries,
  ...traceQueries,
} as const;

type Shapes = typeof queryShapes;
export type QueryType = keyof Shapes;
export type QueryOf<T extends QueryType> = z.infer<Shapes[T]["ask"]>;
export type AnswerOf<T extends QueryType> = z.infer<Shapes[T]["answer"]>;
export type Query = { [T in QueryType]: QueryOf<T> }[QueryType];
const asks = Object.fromEntries(
  Object.entries(queryShapes).map(([type, { ask }]) => [type, ask]),
) as { readonly [T in QueryType]: Shapes[T]["ask"] };
export const Query: z.ZodType<Query> = anyOf(asks);
