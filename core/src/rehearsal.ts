/**
 * An operator's commands as the leader would decide them, on a copy of what the house tells of itself: nothing is stored.
 * So that what an import says before is what it does.
 */
import { randomUUID } from "node:crypto";
import {
  type AnswerOf,
  type Carried,
  type Command,
  Command as CommandShape,
  type Commit,
  commandId,
  type Event,
  type Message,
  type PushId,
  type Result,
  type RosterUser,
  type UserId,
} from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import { bytesMaxOf, causeOf, decide, evolve, reservedNames } from "./decider/index.ts";
import { followed, identityKey, placeKey } from "./state/find.ts";
import { importKey } from "./state/imported.ts";
import { nicknameKey, skeletonsOf } from "./state/likeness.ts";
import { initialState, type State } from "./state/shape.ts";
import { everybody, snapshotOf } from "./state/snapshot.ts";

export interface RehearsalOptions {
  readonly roster: AnswerOf<"roster.snapshot"> & { readonly users: readonly RosterUser[] };
  readonly untouched: AnswerOf<"import.present">["untouched"];
  /** How far the source has come. */
  readonly source: string;
  readonly cursors: ReadonlyMap<string, string>;
  readonly config: Config;
  /** Of the edges. */
  readonly reserved: readonly string[];
  /** Epoch ms. */
  readonly nowMs: number;
}

const origin = "operator_rehearsal";
const nobody = "nobody" as UserId;

export class Rehearsal {
  readonly #state: State = initialState();
  readonly #options: RehearsalOptions;
  readonly #reserved: ReadonlySet<string>;
  #n = 0;

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#reserved = reservedNames(options.reserved);
    this.#furnish();
  }

  /** The outcome that the command would have; the number of a record that is not there, or null where it changes nothing. */
  command(given: Command): Result<number | null> {
    const parsed = CommandShape.safeParse(given);
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join(".") ?? "";
      return { ok: false, rejection: { code: "invalid", field, why: "form" } };
    }
    this.#n += 1;
    const admitted = {
      id: commandId(origin, this.#n),
      body: parsed.data,
      actor: "operator",
    } as const;
    const { config, nowMs } = this.#options;
    const decision = decide(this.#state, admitted, {
      nowMs,
      clockMs: nowMs,
      newUuid: randomUUID,
      lookups: { messages: new Map(), broughtId: randomUUID().slice(0, 22) as PushId },
      cooldowns: new Map(),
      guessWaitMs: () => 0,
      limits: config.limits,
      attachments: config.attachments,
      emojis: config.emojis,
      graceMs: config.graceMs,
      tokenMs: config.accounts.tokenMs,
      allowRegistration: config.accounts.allowRegistration,
      reservedNames: this.#reserved,
      protocols: [],
      siteRoles: [],
    });
    if (!decision.ok) return { ok: false, rejection: decision.rejection };
    if (decision.events.length === 0) return { ok: true, value: null };
    const commit = { cause: causeOf(this.#state, admitted), events: [...decision.events] };
    const max = bytesMaxOf(admitted);
    // What has as many characters may have three times as many bytes.
    const text = JSON.stringify(commit);
    if (text.length * 3 > max && Buffer.byteLength(text) > max)
      return { ok: false, rejection: { code: "too_long", field: "command", max } };
    this.#evolve(commit);
    return { ok: true, value: this.#state.seq };
  }

  /** Whose an identity is, so that who is known already is met. */
  known(identity: {
    readonly provider: Parameters<typeof identityKey>[0];
    readonly id: string;
    readonly owner: RosterUser["userId"];
  }): void {
    this.#state.identities.set(identityKey(identity.provider, identity.id), identity.owner);
  }

  /** Who has a name, or one that looks like it; undefined: nobody who is here. */
  holder(name: string): { readonly name: string; readonly isExact: boolean } | undefined {
    const { names, nicknames, skeletons, nicknameSkeletons } = this.#state;
    const exact = names.get(name.trim().toLowerCase()) ?? nicknames.get(nicknameKey(name));
    const alike = skeletonsOf(name).map(
      (each) => skeletons.get(each) ?? nicknameSkeletons.get(each),
    );
    const userId = exact ?? alike.find((each) => each !== undefined);
    const person = userId === undefined ? undefined : followed(this.#state, userId);
    if (person === undefined || person.departed) return undefined;
    return { name: person.user.name, isExact: exact !== undefined };
  }

  /** What there is by now. */
  present(): RehearsalOptions["roster"] {
    const snapshot = snapshotOf(this.#state);
    if (snapshot === null) throw new Error("the house is not furnished");
    const { lastId, lastAt, term } = this.#options.roster;
    return { ...snapshot, users: everybody(this.#state), lastId, lastAt, term };
  }

  #evolve(commit: Commit): void {
    evolve(this.#state, commit, { seq: this.#state.seq + 1, at: this.#options.nowMs });
  }

  /** Makes the copy by the events that would have made it. */
  #furnish(): void {
    const { roster, source, cursors } = this.#options;
    const { server, roles, channels, threads, emojis = [], users } = roster;
    const first = roles[0];
    this.#take([
      ...(first === undefined
        ? []
        : [{ type: "role.created", roleId: first.roleId, roles } as const]),
      ...channels.map((channel) => ({ type: "channel.created", channel }) as const),
      { type: "server.updated", server, described: server },
      ...emojis.map((emoji) => ({ type: "emoji.added", emoji }) as const),
    ]);
    for (const user of users) this.#takePerson(user);
    for (const thread of threads) {
      this.#take([{ type: "import.stored", events: [{ type: "thread.created", thread }] }]);
    }
    this.#takeWords();
    for (const [key, cursor] of cursors) this.#state.imports.set(importKey(source, key), cursor);
  }

  #takePerson({ departed, banned, mergedInto, formerNames = [], ...rest }: RosterUser): void {
    const { silencedUntilMs: __, nickname, lastingNickname: ___, ...user } = rest;
    const { userId } = user;
    const events: Carried[] = [{ type: "user.joined", user }];
    if (nickname !== undefined) {
      events.push({ type: "user.nicknamed", userId, nickname, before: null, byId: null });
    }
    if (banned) {
      const ban = { byId: null, reason: "", untilMs: null, addressTags: [] };
      events.push({ type: "moderation.banned", userId, ...ban });
    }
    if (departed) events.push({ type: "user.departed", userId, byId: null });
    this.#take([{ type: "import.stored", events }]);
    for (const name of formerNames) this.#state.names.set(name.toLowerCase(), userId);
    const person = this.#state.people.get(userId);
    if (person !== undefined && mergedInto !== undefined) {
      this.#state.people.set(userId, { ...person, mergedInto });
    }
  }

  /** A line in each place where something was said; in a channel where nothing was, that which says that it was made. */
  #takeWords(): void {
    const { roster, untouched } = this.#options;
    const silent = new Set(untouched);
    for (const { place, messageId, createdAtUs } of roster.lastMessages) {
      const isSilent = place.threadId === undefined && silent.has(place.channelId);
      const [first] = roster.users;
      const message: Message = {
        messageId,
        number: (this.#state.lastMessageNumber + 1) as Message["number"],
        place,
        author: isSilent ? { kind: "system" } : { kind: "user", userId: first?.userId ?? nobody },
        kind: "text",
        content: { text: "", markup: "markdown" },
        createdAtUs,
      };
      this.#take([{ type: "message.posted", message }]);
    }
    // Where all that was said is deleted.
    for (const { channelId, kind, ownerId } of roster.channels) {
      const key = placeKey({ channelId });
      const isLeft = kind !== "text" || silent.has(channelId) || ownerId !== undefined;
      if (isLeft || this.#state.rings.has(key)) continue;
      this.#state.rings.set(key, { place: { channelId }, entries: [] });
    }
  }

  #take(events: readonly Event[]): void {
    this.#n += 1;
    const cause = { commandId: commandId(origin, this.#n), actor: "operator" } as const;
    this.#evolve({ cause, events: [...events] });
  }
}
