/**
 * The roster: a gateway's read-only view of the community, evolved from a snapshot and the events after it. Who
 * there is, which roles and channels, who is signed in where. Rendering and audiences ask it and nobody else.
 */
import {
  type Actor,
  type Batch,
  type Channel,
  type ChannelId,
  type CredentialId,
  changerOf,
  type Emoji,
  type EmojiId,
  type Event,
  type Protocol,
  type Role,
  type RoleId,
  type RosterUser,
  rolesOf,
  type Server,
  type SessionId,
  type SlashCommand,
  type SlashSet,
  type Standing,
  type Thread,
  type ThreadId,
  type UserId,
  type VoicePresence,
  views,
} from "@dragoman/bus-schema";
import type { PackedPage } from "@dragoman/service-kit";
import type { RosterExtension } from "./extension.ts";
import type { Change } from "./row.ts";
import { type Beginning, fromSnapshot } from "./snapshot.ts";
import type { LastMessage, RosterSession, RosterState } from "./state.ts";
import { rows } from "./table.ts";
import { enterUser, nicknameKey, setUser, userOfName, userOfNickname } from "./user.ts";

const change = changerOf(rows);

/** Makes an extension of a roster that was just filled. */
export type ExtensionMaker = (roster: Roster) => RosterExtension;

export class Roster {
  readonly #state: RosterState;
  /** The address under which files are to be had (`publicBase`). */
  readonly fileBase: string;
  readonly #extensions: readonly RosterExtension[];

  constructor(snapshot: Beginning, fileBase = "", extensions: readonly ExtensionMaker[] = []) {
    this.#state = fromSnapshot(snapshot);
    this.fileBase = fileBase;
    this.#extensions = extensions.map((make) => make(this));
  }

  /**
   * What the edge keeps beside the roster.
   * @throws Error when the edge has brought along none of that class
   */
  extension<T extends RosterExtension>(type: abstract new (...parameters: never[]) => T): T {
    for (const extension of this.#extensions) if (extension instanceof type) return extension;
    throw new Error(`the roster has no ${type.name}`);
  }

  get server(): Server {
    return this.#state.server;
  }

  /** Where a protocol stands (`phase.ts` of bus-schema). */
  standing(protocol: Protocol): Standing {
    return this.#state.standings.get(protocol) ?? { protocol, phase: "open", text: "" };
  }

  /** The highest term known (docs/journal.md 2.6). */
  get term(): number {
    return this.#state.term;
  }

  /** The greatest number that a message has. */
  get lastMessageNumber(): number {
    return this.#state.lastMessageNumber;
  }

  /** All roles, by position. */
  get roles(): Iterable<Role> {
    return this.#state.roles.values();
  }

  /** All channels, in display order. */
  get channels(): Iterable<Channel> {
    return this.#state.channels.values();
  }

  /** Everybody ever, departed and banned people included. To read them all takes long where they are many. */
  get users(): Iterable<RosterUser> {
    return this.#state.users.values();
  }

  /** How many accounts have not departed. */
  get members(): number {
    return this.#state.members;
  }

  /** Everybody with a session on either protocol, each once, in the order of their accounts. */
  get usersOnline(): readonly RosterUser[] {
    return this.inOrder(this.onlineIds).flatMap((id) => this.#state.users.get(id) ?? []);
  }

  /** Everybody who has a role, departed people included, in the order of their numbers. */
  holdersOf(roleId: RoleId): readonly RosterUser[] {
    return [...this.#state.users.holding(roleId)]
      .flatMap(([, user]) => (user.roleIds.includes(roleId) ? [user] : []))
      .sort((one, other) => one.number - other.number);
  }

  /** Takes in people whom the snapshot left for later, in the order of their accounts. */
  addPeople(users: readonly RosterUser[]): void {
    for (const user of users) setUser(this.#state, user);
  }

  /** Takes them in as they are packed. @throws RangeError where they are not */
  addPage(page: PackedPage): void {
    const { users } = this.#state;
    const from = users.size;
    const known = users.take(page);
    let nth = from;
    for (const [, user] of users.slice(from, users.size - from)) {
      enterUser(this.#state, user, nth);
      nth += 1;
    }
    for (const [, user] of known) setUser(this.#state, user);
  }

  /** So many people at most as packed entries, from the nth account on. */
  page(from: number, count: number): PackedPage {
    return this.#state.users.page(from, count);
  }

  /** So many people at most, from the nth account on. */
  people(from: number, count: number): readonly RosterUser[] {
    return [...this.#state.users.slice(from, count)].map(([, user]) => user);
  }

  /** How many accounts there ever were. */
  get userCount(): number {
    return this.#state.users.size;
  }

  /** Everybody with a session on either protocol. */
  get onlineIds(): ReadonlySet<UserId> {
    return new Set([...this.#state.sessions.values()].map(({ userId }) => userId));
  }

  /** These people, each once, in the order of their accounts. */
  inOrder(ids: Iterable<UserId>): readonly UserId[] {
    return this.#state.users.inOrder(ids);
  }

  /** Who was here last, the latest last: not everybody who ever was. */
  get hereLast(): Iterable<UserId> {
    return this.#state.hereLast;
  }

  /** Who holds a role that others gave them: neither the one that everybody has nor one for the taking. */
  get givenRoles(): Iterable<UserId> {
    return this.#state.givenRoles;
  }

  /** The same number as long as nothing changes about people and their sessions. */
  get peopleEpoch(): number {
    return this.#state.peopleEpoch;
  }

  /** The same as long as the roles themselves are the same. */
  get roleEpoch(): number {
    return this.#state.roleEpoch;
  }

  /** The same as long as everybody who was known is called as before: the account's name, and whose account it is. */
  get nameEpoch(): number {
    return this.#state.nameEpoch;
  }

  /** The same as long as nothing changes about a person and their sessions. */
  revisionOf(userId: UserId): number {
    return this.#state.revisions.get(userId) ?? this.#state.revisionBase;
  }

  get sessions(): Iterable<RosterSession> {
    return this.#state.sessions.values();
  }

  /** The community's own emoji, oldest first. */
  get emojis(): Iterable<Emoji> {
    return this.#state.emojis.values();
  }

  emoji(id: string): Emoji | undefined {
    return this.#state.emojis.get(id as EmojiId);
  }

  /** An emoji by its name, whatever the case. */
  emojiByName(name: string): Emoji | undefined {
    const lower = name.toLowerCase();
    for (const emoji of this.#state.emojis.values()) {
      if (emoji.name.toLowerCase() === lower) return emoji;
    }
    return undefined;
  }

  role(id: RoleId): Role | undefined {
    return this.#state.roles.get(id);
  }

  channel(id: ChannelId): Channel | undefined {
    return this.#state.channels.get(id);
  }

  thread(id: ThreadId): Thread | undefined {
    return this.#state.threads.get(id);
  }

  /** A forum's threads, those with the newest activity first. */
  threadsOf(channelId: ChannelId): readonly Thread[] {
    const found: { readonly thread: Thread; readonly activeAtUs: number }[] = [];
    for (const id of this.#state.threadsOf.get(channelId) ?? []) {
      const thread = this.#state.threads.get(id);
      if (thread === undefined) continue;
      const last = this.#state.lastMessages.get(id);
      found.push({ thread, activeAtUs: last?.createdAtUs ?? thread.createdAtUs });
    }
    return found.sort((a, b) => b.activeAtUs - a.activeAtUs).map(({ thread }) => thread);
  }

  /** A thread by its slug, whatever the case. */
  threadBySlug(slug: string): Thread | undefined {
    const id = this.#state.threadSlugs.get(slug.toLowerCase());
    return id === undefined ? undefined : this.#state.threads.get(id);
  }

  /** Who is in a voice channel, in the order of their coming. */
  voicesIn(channelId: ChannelId): readonly VoicePresence[] {
    return [...this.#state.voices.values()].filter((present) => present.channelId === channelId);
  }

  /** The voice channel that a session is in, and how. */
  voiceOf(sessionId: SessionId): VoicePresence | undefined {
    return this.#state.voices.get(sessionId);
  }

  /** Everybody who is in a voice channel that the viewer may view. */
  inVoiceFor(viewerId: UserId): ReadonlySet<UserId> {
    const inside = new Set<UserId>();
    for (const { channelId, userId } of this.#state.voices.values()) {
      const channel = this.channel(channelId);
      if (channel !== undefined && this.sees(viewerId, channel)) inside.add(userId);
    }
    return inside;
  }

  /** What connections have registered, in the order of their registration. */
  get slashes(): Iterable<SlashSet> {
    return this.#state.slashes.values();
  }

  /** The command that a name calls: the one that was there first. */
  slash(name: string): SlashCommand | undefined {
    for (const { commands } of this.#state.slashes.values()) {
      const found = commands.find((command) => command.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The account of an id, as itself where it became part of another. */
  user(id: UserId): RosterUser | undefined {
    return this.#state.users.get(id);
  }

  session(id: SessionId): RosterSession | undefined {
    return this.#state.sessions.get(id);
  }

  sessionsOf(userId: UserId): readonly RosterSession[] {
    const found: RosterSession[] = [];
    for (const id of this.#state.sessionsOf.get(userId) ?? []) {
      const session = this.#state.sessions.get(id);
      if (session !== undefined) found.push(session);
    }
    return found;
  }

  /** Whether the person has a session on either protocol, grace time included. */
  isOnline(userId: UserId): boolean {
    return (this.#state.sessionsOf.get(userId)?.size ?? 0) > 0;
  }

  /** A person by account name or handle, whatever the case; by a former one where nobody has it now. */
  userByName(name: string): RosterUser | undefined {
    const user = userOfName(this.#state, name.toLowerCase());
    return user === undefined ? undefined : this.person(user.userId);
  }

  /** The account of an id; of one that became part of another, that other. */
  person(id: UserId): RosterUser | undefined {
    const user = this.#state.users.get(id);
    return user?.mergedInto === undefined ? user : this.#state.users.get(user.mergedInto);
  }

  /** A person by nickname, as it is or as lists show it, whatever the case. */
  userByNickname(nickname: string): RosterUser | undefined {
    return userOfNickname(this.#state, nicknameKey(nickname));
  }

  userByNumber(number: number): RosterUser | undefined {
    for (const [, user] of this.#state.users.holding(number))
      if (user.number === number) return user;
    return undefined;
  }

  channelByName(name: string): Channel | undefined {
    for (const channel of this.#state.channels.values()) if (channel.name === name) return channel;
    return undefined;
  }

  /** A channel by its slug, whatever the case. */
  channelBySlug(slug: string): Channel | undefined {
    const lower = slug.toLowerCase();
    for (const channel of this.#state.channels.values()) {
      if (channel.slug.toLowerCase() === lower) return channel;
    }
    return undefined;
  }

  /** The person with roles, for the rules of `bus-schema/permission.ts`. */
  actor(userId: UserId): Actor {
    const roleIds = this.#isActive(userId) ? (this.#state.users.get(userId)?.roleIds ?? []) : [];
    return { userId, roles: rolesOf(roleIds, this.#state.roles) };
  }

  #isActive(userId: UserId): boolean {
    const user = this.#state.users.get(userId);
    return user !== undefined && !user.departed && !user.banned;
  }

  /** A person with these roles instead of those that they have: what they could before they were assigned. */
  actorWith(userId: UserId, roleIds: readonly RoleId[]): Actor {
    return { userId, roles: this.#isActive(userId) ? rolesOf(roleIds, this.#state.roles) : [] };
  }

  /**
   * The person as of before the last change of roles: who has gained or lost something by it is asked while that
   * event is rendered.
   */
  actorBefore(userId: UserId): Actor {
    const roleIds = this.#isActive(userId) ? (this.#state.users.get(userId)?.roleIds ?? []) : [];
    return { userId, roles: rolesOf(roleIds, this.#state.rolesBefore) };
  }

  /** All roles as they stood before the last change of roles. */
  get rolesBefore(): ReadonlyMap<RoleId, Role> {
    return this.#state.rolesBefore;
  }

  /** Channels that the last merge of accounts changed, as they stood before. */
  get mergedBefore(): readonly Channel[] {
    return this.#state.mergedBefore;
  }

  /** Whether a person is under a silence at `nowMs`. */
  isSilenced(userId: UserId, nowMs: number): boolean {
    const untilMs = this.#state.users.get(userId)?.silencedUntilMs;
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
    return this.#state.admissions.get(channelId)?.get(userId);
  }

  /** The newest message of a channel or a thread. */
  lastMessage(id: ChannelId | ThreadId): LastMessage | undefined {
    return this.#state.lastMessages.get(id);
  }

  /** Takes an event in. */
  apply(event: Event, batch: Pick<Batch, "term">): Change {
    for (const extension of this.#extensions) extension.before(event);
    this.#state.term = Math.max(this.#state.term, batch.term);
    const changed = change(this.#state, event) ?? "nothing";
    if (changed !== "nothing") this.#state.peopleEpoch += 1;
    return changed;
  }
}
