/**
 * The roster: a gateway's read-only view of the community, evolved from a snapshot and the events after it. Who
 * there is, which roles and channels, who is signed in where. Rendering and audiences ask it and nobody else.
 */
import {
  type Actor,
  type AnswerOf,
  type Batch,
  type Channel,
  type ChannelId,
  type CredentialId,
  type Emoji,
  type EmojiId,
  type Event,
  type EventOf,
  type Message,
  type MessageId,
  type Role,
  type RoleId,
  type RosterUser,
  rolesOf,
  type Server,
  type Session,
  type SessionId,
  type SlashCommand,
  type SlashSet,
  type Thread,
  type ThreadId,
  type UserId,
  type VoicePresence,
  views,
  withRoleRenamed,
} from "@dragoman/bus-schema";

/** A session in the roster. `dropped`: its connection is lost, its grace time runs. */
export type RosterSession = Session & { readonly dropped: boolean };

export interface LastMessage {
  readonly messageId: MessageId;
  readonly createdAtUs: number;
}

/** What of the roster an event changed, so that caches built on it know when to go. */
export type Change = "nothing" | "people" | "audience";

/** The mark of somebody who is away, in front of a name as Sock Chat shows it, escaped or not. */
const awayMark = /^(?:<|&lt;)[^<>&;]{1,40}(?:>|&gt;)_/u;

const asShown = (nickname: string): string =>
  nickname.trim().replace(/^~+/, "").replace(/\s/gu, "_").toLowerCase();

export class Roster {
  #server: Server;
  #roles: ReadonlyMap<RoleId, Role> = new Map();
  #rolesBefore: ReadonlyMap<RoleId, Role> = new Map();
  /** In display order. */
  readonly #channels = new Map<ChannelId, Channel>();
  readonly #emojis = new Map<EmojiId, Emoji>();
  readonly #users = new Map<UserId, RosterUser>();
  readonly #names = new Map<string, UserId>();
  readonly #sessions = new Map<SessionId, RosterSession>();
  readonly #sessionsOf = new Map<UserId, Set<SessionId>>();
  readonly #threads = new Map<ThreadId, Thread>();
  readonly #threadsOf = new Map<ChannelId, Set<ThreadId>>();
  readonly #lastMessages = new Map<ChannelId | ThreadId, LastMessage>();
  /** Who gave which channel's password: the `passwordId` that each was admitted by, of one before too. */
  readonly #admissions = new Map<ChannelId, Map<UserId, CredentialId>>();
  readonly #voices = new Map<SessionId, VoicePresence>();
  readonly #slashes = new Map<SessionId, SlashSet>();
  #term: number;
  #lastMessageNumber: number;

  /** The address under which files are to be had (`publicBase`). */
  readonly fileBase: string;

  constructor(snapshot: AnswerOf<"roster.snapshot">, fileBase = "") {
    this.fileBase = fileBase;
    this.#server = snapshot.server;
    this.#lastMessageNumber = snapshot.lastMessageNumber ?? 0;
    this.#term = snapshot.term;
    for (const emoji of snapshot.emojis ?? []) this.#emojis.set(emoji.emojiId, emoji);
    this.#setRoles(snapshot.roles);
    for (const channel of snapshot.channels) this.#channels.set(channel.channelId, channel);
    for (const thread of snapshot.threads) this.#addThread(thread);
    for (const user of snapshot.users) this.#setUser(user);
    for (const session of snapshot.sessions) this.#addSession(session);
    for (const { channelId, userId, passwordId } of snapshot.admissions ?? []) {
      this.#admit(channelId, userId, passwordId);
    }
    for (const present of snapshot.voices ?? []) this.#voices.set(present.sessionId, present);
    for (const set of snapshot.slashes ?? []) this.#slashes.set(set.sessionId, set);
    for (const { place, messageId, createdAtUs } of snapshot.lastMessages) {
      this.#lastMessages.set(place.threadId ?? place.channelId, { messageId, createdAtUs });
    }
  }

  get server(): Server {
    return this.#server;
  }

  /** The highest term known (docs/journal.md 2.6). */
  get term(): number {
    return this.#term;
  }

  /** The greatest number that a message has. */
  get lastMessageNumber(): number {
    return this.#lastMessageNumber;
  }

  /** All roles, by position. */
  get roles(): Iterable<Role> {
    return this.#roles.values();
  }

  /** All channels, in display order. */
  get channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** Everybody ever, departed and banned people included. */
  get users(): Iterable<RosterUser> {
    return this.#users.values();
  }

  get sessions(): Iterable<RosterSession> {
    return this.#sessions.values();
  }

  /** The community's own emoji, oldest first. */
  get emojis(): Iterable<Emoji> {
    return this.#emojis.values();
  }

  emoji(id: string): Emoji | undefined {
    return this.#emojis.get(id as EmojiId);
  }

  /** An emoji by its name, whatever the case. */
  emojiByName(name: string): Emoji | undefined {
    const lower = name.toLowerCase();
    for (const emoji of this.#emojis.values()) {
      if (emoji.name.toLowerCase() === lower) return emoji;
    }
    return undefined;
  }

  role(id: RoleId): Role | undefined {
    return this.#roles.get(id);
  }

  channel(id: ChannelId): Channel | undefined {
    return this.#channels.get(id);
  }

  thread(id: ThreadId): Thread | undefined {
    return this.#threads.get(id);
  }

  /** A forum's threads, those with the newest activity first. */
  threadsOf(channelId: ChannelId): readonly Thread[] {
    const activity = ({ threadId, createdAtUs }: Thread): number =>
      this.#lastMessages.get(threadId)?.createdAtUs ?? createdAtUs;
    return [...(this.#threadsOf.get(channelId) ?? [])]
      .flatMap((id) => this.#threads.get(id) ?? [])
      .sort((a, b) => activity(b) - activity(a));
  }

  /** A thread by its name as a Sock Chat channel, whatever the case. */
  threadBySlug(slug: string): Thread | undefined {
    const lower = slug.toLowerCase();
    for (const thread of this.#threads.values()) {
      if (thread.slug.toLowerCase() === lower) return thread;
    }
    return undefined;
  }

  /** Who is in a voice channel, in the order of their coming. */
  voicesIn(channelId: ChannelId): readonly VoicePresence[] {
    return [...this.#voices.values()].filter((present) => present.channelId === channelId);
  }

  /** The voice channel that a session is in, and how. */
  voiceOf(sessionId: SessionId): VoicePresence | undefined {
    return this.#voices.get(sessionId);
  }

  /** Whether a person is in any voice channel. */
  isInVoice(userId: UserId): boolean {
    for (const present of this.#voices.values()) if (present.userId === userId) return true;
    return false;
  }

  /** What connections have registered, in the order of their registration. */
  get slashes(): Iterable<SlashSet> {
    return this.#slashes.values();
  }

  /** The command that a name calls: the one that was there first. */
  slash(name: string): SlashCommand | undefined {
    for (const { commands } of this.#slashes.values()) {
      const found = commands.find((command) => command.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  user(id: UserId): RosterUser | undefined {
    return this.#users.get(id);
  }

  session(id: SessionId): RosterSession | undefined {
    return this.#sessions.get(id);
  }

  sessionsOf(userId: UserId): readonly RosterSession[] {
    const found: RosterSession[] = [];
    for (const id of this.#sessionsOf.get(userId) ?? []) {
      const session = this.#sessions.get(id);
      if (session !== undefined) found.push(session);
    }
    return found;
  }

  /** Whether the person has a session on either protocol, grace time included. */
  isOnline(userId: UserId): boolean {
    return (this.#sessionsOf.get(userId)?.size ?? 0) > 0;
  }

  /** A person by account name or handle, whatever the case. */
  userByName(name: string): RosterUser | undefined {
    const id = this.#names.get(name.toLowerCase());
    return id === undefined ? undefined : this.#users.get(id);
  }

  /**
   * A person by what somebody typed: as `userByName` has it, else by nickname, either also as Sock Chat shows it
   * (`<AFK>_~name`). Core resolves the names in commands; this is for what a gateway answers by itself.
   */
  userCalled(typed: string): RosterUser | undefined {
    const plain = typed.trim().replace(awayMark, "");
    const found = this.userByName(typed.trim()) ?? this.userByName(plain.replace(/^~/, ""));
    if (found !== undefined) return found;
    const shown = asShown(plain);
    for (const user of this.#users.values()) {
      if (user.nickname !== undefined && asShown(user.nickname) === shown) return user;
    }
    return undefined;
  }

  channelByName(name: string): Channel | undefined {
    for (const channel of this.#channels.values()) if (channel.name === name) return channel;
    return undefined;
  }

  /** A channel by its name in Sock Chat's alphabet, whatever the case. */
  channelBySlug(slug: string): Channel | undefined {
    const lower = slug.toLowerCase();
    for (const channel of this.#channels.values()) {
      if (channel.slug.toLowerCase() === lower) return channel;
    }
    return undefined;
  }

  /** The person with roles, for the rules of `bus-schema/permission.ts`. */
  actor(userId: UserId): Actor {
    const roleIds = this.#isActive(userId) ? (this.#users.get(userId)?.roleIds ?? []) : [];
    return { userId, roles: rolesOf(roleIds, this.#roles) };
  }

  #isActive(userId: UserId): boolean {
    const user = this.#users.get(userId);
    return user !== undefined && !user.departed && !user.banned;
  }

  /** A person with these roles instead of those that they have: what they could before they were assigned. */
  actorWith(userId: UserId, roleIds: readonly RoleId[]): Actor {
    return { userId, roles: this.#isActive(userId) ? rolesOf(roleIds, this.#roles) : [] };
  }

  /**
   * The person as of before the last change of roles: who has gained or lost something by it is asked while that
   * event is rendered.
   */
  actorBefore(userId: UserId): Actor {
    const roleIds = this.#isActive(userId) ? (this.#users.get(userId)?.roleIds ?? []) : [];
    return { userId, roles: rolesOf(roleIds, this.#rolesBefore) };
  }

  /** All roles as they stood before the last change of roles. */
  get rolesBefore(): ReadonlyMap<RoleId, Role> {
    return this.#rolesBefore;
  }

  /** Whether a person is under a silence at `nowMs`. */
  isSilenced(userId: UserId, nowMs: number): boolean {
    const untilMs = this.#users.get(userId)?.silencedUntilMs;
    return untilMs === null || (untilMs !== undefined && untilMs > nowMs);
  }

  /**
   * Whether a person may read a channel: it is seen, and opened where it has a password. Given a channel as it
   * was, tells how it was.
   */
  sees(userId: UserId, channel: Channel): boolean {
    return views(channel, this.actor(userId), this.admission(channel.channelId, userId));
  }

  /** The `passwordId` that a person was admitted to a channel by; it counts while it is the channel's. */
  admission(channelId: ChannelId, userId: UserId): CredentialId | undefined {
    return this.#admissions.get(channelId)?.get(userId);
  }

  /** The newest message of a channel or a thread. */
  lastMessage(id: ChannelId | ThreadId): LastMessage | undefined {
    return this.#lastMessages.get(id);
  }

  /** Takes an event in. */
  apply(event: Event, batch: Pick<Batch, "term">): Change {
    this.#term = Math.max(this.#term, batch.term);
    switch (event.type) {
      case "leader.started":
      case "attachment.added":
      case "attachment.deleted":
      case "webhook.created":
      case "webhook.updated":
      case "webhook.renewed":
      case "webhook.deleted":
      case "push.subscribed":
      case "push.unsubscribed":
      case "slash.called":
      case "slash.answered":
      case "unread.marked":
      case "user.revoked":
      case "moderation.kicked":
      case "moderation.cleared":
        return "nothing";
      case "emoji.added":
      case "emoji.updated":
        this.#emojis.set(event.emoji.emojiId, event.emoji);
        return "nothing";
      case "emoji.deleted":
        this.#emojis.delete(event.emoji.emojiId);
        return "nothing";
      case "voice.joined": {
        const { type: _, ...present } = event;
        this.#joinVoice(present);
        return "people";
      }
      case "voice.left":
        this.#voices.delete(event.sessionId);
        return "people";
      case "voice.muted": {
        const present = this.#voices.get(event.sessionId);
        if (present !== undefined) {
          this.#voices.set(event.sessionId, { ...present, muted: event.muted });
        }
        return "people";
      }
      case "slash.registered": {
        const { type: _, ...set } = event;
        this.#slashes.set(event.sessionId, set);
        return "nothing";
      }
      case "slash.removed":
        this.#dropSlashes(event);
        return "nothing";
      case "server.updated":
        this.#server = event.server;
        return "nothing";
      case "role.created":
      case "role.deleted":
      case "role.reordered":
        this.#setRoles(event.roles);
        return "audience";
      case "role.updated":
        this.#setRoles(event.roles);
        if (event.renamed !== undefined) this.#renameRole(event.renamed.from, event.renamed.to);
        return "audience";
      case "poll.voted":
      case "poll.ended":
        return "nothing";
      case "thread.created":
        this.#addThread(event.thread);
        return "audience";
      case "thread.updated":
        this.#changeThread(event.threadId, () => event.after);
        return "audience";
      case "thread.deleted":
        this.#threads.delete(event.threadId);
        this.#threadsOf.get(event.channelId)?.delete(event.threadId);
        this.#lastMessages.delete(event.threadId);
        return "audience";
      case "thread.joined":
        this.#changeThread(event.threadId, ({ participantIds }) => ({
          participantIds: [...participantIds, event.userId],
        }));
        return "nothing";
      case "thread.left":
        this.#changeThread(event.threadId, ({ participantIds }) => ({
          participantIds: participantIds.filter((id) => id !== event.userId),
        }));
        return "nothing";
      case "channel.created":
        this.#channels.set(event.channel.channelId, event.channel);
        return "audience";
      case "channel.updated":
        this.#dropAdmissions(event.channel.channelId, event.before.passwordId);
        this.#channels.set(event.channel.channelId, event.channel);
        return "audience";
      case "channel.moved":
        this.#moveChannel(event.channelId, event.index);
        return "audience";
      case "channel.deleted":
        // Admissions and threads stay: who read them is asked when the end is told.
        this.#channels.delete(event.channel.channelId);
        this.#lastMessages.delete(event.channel.channelId);
        return "audience";
      case "channel.admitted":
        this.#admit(event.channelId, event.userId, event.passwordId);
        return "audience";
      case "channel.dismissed":
        this.#admissions.get(event.channelId)?.delete(event.userId);
        return "audience";
      case "user.joined":
        this.#setUser({ ...event.user, departed: false, banned: false });
        return "people";
      case "user.renamed":
        this.#rename(event.userId, event.name, event.handle);
        return "people";
      case "user.assigned":
        this.#changeUser(event.userId, { roleIds: event.roleIds });
        return "audience";
      case "user.merged":
        this.#changeUser(event.fromId, { departed: true });
        this.#changeUser(event.intoId, { roleIds: event.roleIds, color: event.color });
        return "audience";
      case "link.joined":
      case "link.removed":
        this.#changeUser(event.userId, { color: event.color });
        return "people";
      case "user.departed":
        this.#changeUser(event.userId, { departed: true });
        return "audience";
      case "user.nicknamed":
        this.#setNickname(event);
        return "people";
      case "user.pictured":
        this.#setPicture(event.userId, event.url);
        return "people";
      case "status.changed":
        this.#changeUser(event.userId, { status: event.status });
        return "people";
      case "moderation.banned":
        this.#changeUser(event.userId, { banned: true });
        return "audience";
      case "moderation.unbanned":
        this.#changeUser(event.userId, { banned: false });
        return "audience";
      case "moderation.silenced":
        this.#changeUser(event.userId, { silencedUntilMs: event.untilMs });
        return "people";
      case "moderation.unsilenced":
        this.#changeUser(event.userId, { silencedUntilMs: 0 });
        return "people";
      case "session.opened":
        this.#addSession({ ...event.session, dropped: false });
        return "audience";
      case "session.moved": {
        const session = this.#sessions.get(event.sessionId);
        if (session !== undefined) {
          const { threadId: _, ...rest } = session;
          const { to: place, toThreadId: threadId } = event;
          const moved = threadId === undefined ? { place } : { place, threadId };
          this.#sessions.set(event.sessionId, { ...rest, ...moved });
        }
        return "audience";
      }
      case "session.dropped": {
        const session = this.#sessions.get(event.sessionId);
        if (session !== undefined) {
          this.#sessions.set(event.sessionId, { ...session, dropped: true });
        }
        return "people";
      }
      case "session.closed":
        this.#sessions.delete(event.session.sessionId);
        this.#sessionsOf.get(event.session.userId)?.delete(event.session.sessionId);
        return "audience";
      case "presence.began":
        return "people";
      case "presence.ended":
        this.#sessionsOf.delete(event.userId);
        this.#endAway(event.userId);
        return "people";
      case "message.posted":
      case "message.announced":
        this.#setLast(event.message);
        return "nothing";
      case "message.deleted":
        this.#setNewest(event);
        return "nothing";
      case "message.edited":
      case "reaction.added":
      case "reaction.removed":
      case "pin.added":
      case "pin.removed":
        return "nothing";
      default:
        event satisfies never;
        return "nothing";
    }
  }

  #joinVoice(present: VoicePresence): void {
    for (const [sessionId, { userId, channelId }] of this.#voices) {
      const stands = userId === present.userId && channelId === present.channelId;
      if (stands || sessionId === present.sessionId) this.#voices.delete(sessionId);
    }
    this.#voices.set(present.sessionId, present);
  }

  #dropSlashes({ sessionId, names }: EventOf<"slash.removed">): void {
    const known = this.#slashes.get(sessionId);
    if (known === undefined) return;
    const commands = known.commands.filter(({ name }) => !names.includes(name));
    if (commands.length === 0) this.#slashes.delete(sessionId);
    else this.#slashes.set(sessionId, { ...known, commands });
  }

  #setLast(message: Message): void {
    this.#lastMessageNumber = Math.max(this.#lastMessageNumber, message.number);
    const { channelId, threadId } = message.place;
    this.#lastMessages.set(threadId ?? channelId, {
      messageId: message.messageId,
      createdAtUs: message.createdAtUs,
    });
  }

  #setNewest({ place, newest }: EventOf<"message.deleted">): void {
    if (place.threadId !== undefined || newest === undefined) return;
    if (newest === null) this.#lastMessages.delete(place.channelId);
    else this.#lastMessages.set(place.channelId, newest);
  }

  #moveChannel(channelId: ChannelId, index: number): void {
    const channel = this.#channels.get(channelId);
    if (channel === undefined) return;
    const others = [...this.#channels.values()].filter((each) => each !== channel);
    others.splice(index, 0, channel);
    this.#channels.clear();
    for (const each of others) this.#channels.set(each.channelId, each);
  }

  #admit(channelId: ChannelId, userId: UserId, passwordId: CredentialId): void {
    const people = this.#admissions.get(channelId) ?? new Map<UserId, CredentialId>();
    this.#admissions.set(channelId, people);
    people.set(userId, passwordId);
  }

  /** Forgets admissions by other passwords than this one. */
  #dropAdmissions(channelId: ChannelId, passwordId: CredentialId | undefined): void {
    const people = this.#admissions.get(channelId);
    for (const [userId, by] of people ?? []) if (by !== passwordId) people?.delete(userId);
  }

  #setRoles(roles: readonly Role[]): void {
    this.#rolesBefore = this.#roles;
    this.#roles = new Map(roles.map((role) => [role.roleId, role]));
  }

  /** The roles of before have the new name too: the channels that are asked by them list it. */
  #renameRole(from: string, to: string): void {
    this.#rolesBefore = new Map(
      [...this.#rolesBefore].map(([roleId, role]) => [
        roleId,
        role.name === from ? { ...role, name: to } : role,
      ]),
    );
    for (const [channelId, channel] of this.#channels) {
      this.#channels.set(channelId, withRoleRenamed(channel, from, to));
    }
  }

  #setNickname({ userId, nickname, lasting }: EventOf<"user.nicknamed">): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    const { nickname: _, lastingNickname: __, ...bare } = user;
    this.#users.set(userId, {
      ...bare,
      ...(nickname === null ? {} : { nickname }),
      ...(lasting === undefined ? {} : { lastingNickname: lasting }),
    });
  }

  #setPicture(userId: UserId, url: string | null): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    const { pictureUrl: _, ...bare } = user;
    this.#users.set(userId, url === null ? bare : { ...bare, pictureUrl: url });
  }

  /** Former names are core's to know: a roster that starts now would not have them. */
  #rename(userId: UserId, name: string, handle: string): void {
    const user = this.#users.get(userId);
    if (user === undefined) return;
    this.#names.delete(user.name.toLowerCase());
    this.#names.delete(user.handle.toLowerCase());
    this.#setUser({ ...user, name, handle });
  }

  #endAway(userId: UserId): void {
    const before = this.#users.get(userId)?.status.afk;
    if (before !== undefined) this.#changeUser(userId, { status: before });
  }

  #addThread(thread: Thread): void {
    const { threadId, channelId } = thread;
    this.#threads.set(threadId, thread);
    const inForum = this.#threadsOf.get(channelId) ?? new Set<ThreadId>();
    this.#threadsOf.set(channelId, inForum.add(threadId));
  }

  #changeThread(threadId: ThreadId, change: (thread: Thread) => Partial<Thread>): void {
    const thread = this.#threads.get(threadId);
    if (thread !== undefined) this.#threads.set(threadId, { ...thread, ...change(thread) });
  }

  #setUser(user: RosterUser): void {
    this.#users.set(user.userId, user);
    this.#names.set(user.handle.toLowerCase(), user.userId);
    this.#names.set(user.name.toLowerCase(), user.userId);
  }

  #changeUser(userId: UserId, change: Partial<RosterUser>): void {
    const user = this.#users.get(userId);
    if (user !== undefined) this.#users.set(userId, { ...user, ...change });
  }

  #addSession(session: RosterSession): void {
    this.#sessions.set(session.sessionId, session);
    const own = this.#sessionsOf.get(session.userId);
    if (own === undefined) this.#sessionsOf.set(session.userId, new Set([session.sessionId]));
    else own.add(session.sessionId);
  }
}
