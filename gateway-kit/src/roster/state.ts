/** What the roster holds, and how a snapshot fills it. */
import type {
  AnswerOf,
  Channel,
  ChannelId,
  CredentialId,
  Emoji,
  EmojiId,
  MessageId,
  Role,
  RoleId,
  RosterUser,
  Server,
  Session,
  SessionId,
  SlashSet,
  Thread,
  ThreadId,
  UserId,
  VoicePresence,
} from "@dragoman/bus-schema";
import { admit } from "./channel.ts";
import { setRoles } from "./role.ts";
import { addSession } from "./session.ts";
import { addThread } from "./thread.ts";
import { setUser } from "./user.ts";

/** A session in the roster. `dropped`: its connection is lost, its grace time runs. */
export type RosterSession = Session & { readonly dropped: boolean };

export interface LastMessage {
  readonly messageId: MessageId;
  readonly createdAtUs: number;
}

/** Changed by the rows of the event families alone; everybody else reads it through `Roster`. */
export interface RosterState {
  server: Server;
  /** The highest term known (docs/journal.md 2.6). */
  term: number;
  lastMessageNumber: number;
  /** By position. */
  roles: ReadonlyMap<RoleId, Role>;
  /** As they stood before the last change of roles. */
  rolesBefore: ReadonlyMap<RoleId, Role>;
  /** In display order. */
  readonly channels: Map<ChannelId, Channel>;
  /** Oldest first. */
  readonly emojis: Map<EmojiId, Emoji>;
  readonly users: Map<UserId, RosterUser>;
  /** Whose a name or a handle in small letters is. */
  readonly names: Map<string, UserId>;
  readonly sessions: Map<SessionId, RosterSession>;
  readonly sessionsOf: Map<UserId, Set<SessionId>>;
  readonly threads: Map<ThreadId, Thread>;
  readonly threadsOf: Map<ChannelId, Set<ThreadId>>;
  readonly lastMessages: Map<ChannelId | ThreadId, LastMessage>;
  /** Who gave which channel's password: the `passwordId` that each was admitted by, of one before too. */
  readonly admissions: Map<ChannelId, Map<UserId, CredentialId>>;
  readonly voices: Map<SessionId, VoicePresence>;
  readonly slashes: Map<SessionId, SlashSet>;
  /** See `nameIfRoom`. Some may have gone since. */
  readonly named: Set<UserId>;
  readonly namedMax: number;
  /** When people spoke last within a day, epoch microseconds, the oldest first; and the newest of these times. */
  readonly spoke: Map<UserId, number>;
  lastSpokeUs: number;
}

export function fromSnapshot(snapshot: AnswerOf<"roster.snapshot">, namedMax: number): RosterState {
  const state: RosterState = {
    server: snapshot.server,
    term: snapshot.term,
    lastMessageNumber: snapshot.lastMessageNumber ?? 0,
    roles: new Map(),
    rolesBefore: new Map(),
    channels: new Map(snapshot.channels.map((channel) => [channel.channelId, channel])),
    emojis: new Map(snapshot.emojis?.map((emoji) => [emoji.emojiId, emoji])),
    users: new Map(),
    names: new Map(),
    sessions: new Map(),
    sessionsOf: new Map(),
    threads: new Map(),
    threadsOf: new Map(),
    lastMessages: new Map(),
    admissions: new Map(),
    voices: new Map(snapshot.voices?.map((present) => [present.sessionId, present])),
    slashes: new Map(snapshot.slashes?.map((set) => [set.sessionId, set])),
    named: new Set(),
    namedMax,
    spoke: new Map(),
    lastSpokeUs: 0,
  };
  setRoles(state, snapshot.roles);
  for (const thread of snapshot.threads) addThread(state, thread);
  for (const user of snapshot.users) setUser(state, user);
  for (const session of snapshot.sessions) addSession(state, session);
  for (const { channelId, userId, passwordId } of snapshot.admissions ?? []) {
    admit(state, channelId, userId, passwordId);
  }
  for (const { place, messageId, createdAtUs } of snapshot.lastMessages) {
    state.lastMessages.set(place.threadId ?? place.channelId, { messageId, createdAtUs });
  }
  return state;
}
