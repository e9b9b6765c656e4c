/**
 * A community moves in from another server (docs/decisions/import.md): what an operator brings is checked against the
 * house and given what only the house can give. It keeps its ids and its times, and nobody is told.
 */
import type {
  Carried,
  CommandOf,
  EventOf,
  ImportedMessage,
  ImportedPerson,
  MessageNumber,
  Place,
  User,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { banOf, identityKey, placeKey, roleByName } from "../state/find.ts";
import { cursorIn } from "../state/imported.ts";
import { lineOfMaking } from "../state/lived.ts";
import { threadOf } from "../state/place.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { bannedBy } from "./guard.ts";
import { memberRole, missing, stored } from "./import-event.ts";
import { attachment, channel, emoji, roles, thread, webhook } from "./import-house.ts";
import { push, pushNeeds } from "./import-push.ts";
import { revise, reviseNeeds } from "./import-revise.ts";
import { silence, silenceKept } from "./import-silence.ts";
import { onJournal } from "./journal-time.ts";
import { mergeEvents } from "./link.ts";
import { checkFree, checkName, checkNickname, handleFor, outsideNames } from "./name.ts";
import { takesMessages } from "./place.ts";
import {
  accept,
  type CommandRows,
  type DecisionContext,
  type OperatorAsker,
  refuse,
} from "./row.ts";

type Context = DecisionContext<OperatorAsker>;
type Posted = EventOf<"message.posted">;

// ---- messages -----------------------------------------------------------------------------------------

/** Decides `import.messages`: all of them, or none. */
function messages(context: Context, body: CommandOf<"import.messages">): Decision {
  const { state } = context;
  const { progress, from } = body;
  if (cursorIn(state, progress) !== from) {
    // A repeat of what is stored is known by its id; this is of somebody who does not know how far it has come.
    return refuse({ code: "invalid", field: "from", why: "moved on" });
  }
  const gone = firstLines(state, body.messages);
  const events: Posted[] = [];
  const votes: NonNullable<EventOf<"import.stored">["votes"]> = [];
  const times = new Map(gone.map(({ place }) => [placeKey(place), -1]));
  const places = new Set<string>();
  for (const imported of body.messages) {
    const key = placeKey(imported.place);
    const fault =
      (places.has(key) ? null : placeFault(state, imported.place)) ?? messageFault(state, imported);
    if (fault !== null) return fault;
    places.add(key);
    const { votes: cast = [], ...message } = imported;
    const number = (state.lastMessageNumber + events.length + 1) as MessageNumber;
    const createdAtUs = timeIn(state, times, key, message.createdAtUs);
    if (!Number.isSafeInteger(createdAtUs)) {
      return refuse({ code: "invalid", field: "createdAtUs", why: "range" });
    }
    events.push({ type: "message.posted", message: { ...message, number, createdAtUs } });
    const { poll } = message;
    if (poll !== undefined) votes.push(...cast.map((vote) => ({ pollId: poll.pollId, ...vote })));
  }
  const event = { ...stored(...events), progress, ...(votes.length === 0 ? {} : { votes }) };
  return accept(...gone, event);
}

/**
 * `message.deleted` of the lines which say that a channel was made, where nothing else stands there and what comes in is
 * older: a history does not begin with its end.
 */
function firstLines(
  state: Reading<State>,
  brought: readonly ImportedMessage[],
): readonly EventOf<"message.deleted">[] {
  const seen = new Set<string>();
  return brought.flatMap(({ place, createdAtUs }) => {
    const key = placeKey(place);
    if (seen.has(key)) return [];
    seen.add(key);
    const fact = lineOfMaking(state, place);
    if (fact === undefined) return [];
    const { messageId, number } = fact;
    const madeUs = state.rings.get(key)?.entries[0]?.createdAtUs ?? 0;
    if (madeUs < createdAtUs) return [];
    const { author } = fact;
    return [
      { type: "message.deleted", messageId, number, place, author, byId: null, newest: null },
    ];
  });
}

/** Times of one place rise (docs/journal.md 1.6): what would stand before something of the house stands right behind it. */
function timeIn(
  state: Reading<State>,
  times: Map<string, number>,
  key: string,
  createdAtUs: number,
): number {
  const beforeUs = times.get(key) ?? state.rings.get(key)?.entries.at(-1)?.createdAtUs ?? -1;
  const atUs = Math.max(createdAtUs, beforeUs + 1);
  times.set(key, atUs);
  return atUs;
}

function messageFault(state: Reading<State>, message: ImportedMessage): Decision | null {
  for (const userId of namedIn(message)) {
    if (!state.people.has(userId)) return missing("user", userId);
  }
  return countedRight(message) ? null : refuse({ code: "invalid", field: "poll", why: "votes" });
}

function placeFault(state: Reading<State>, place: Place): Decision | null {
  const channel = state.channels.get(place.channelId);
  if (channel === undefined) return missing("channel", place.channelId);
  if (!takesMessages(channel, place)) {
    return refuse({ code: "invalid", field: "channel", why: "kind" });
  }
  return place.threadId === undefined || threadOf(state, place) !== undefined
    ? null
    : missing("thread", place.threadId);
}

/** Everybody whom a message names by an id. */
function* namedIn(message: ImportedMessage): Iterable<UserId> {
  const { author, replyTo, reactions = [], poll, votes = [], interaction } = message;
  if (author.kind === "user") yield author.userId;
  if (replyTo?.author.kind === "user") yield replyTo.author.userId;
  for (const { userIds } of reactions) yield* userIds;
  if (poll !== undefined) yield poll.creatorId;
  for (const { userId } of votes) yield userId;
  if (interaction !== undefined) yield interaction.userId;
}

/** Whether an open poll counts the votes that come with it: they go on from there. */
function countedRight({ poll, votes = [] }: ImportedMessage): boolean {
  if (poll === undefined) return votes.length === 0;
  if (new Set(votes.map(({ userId }) => userId)).size !== votes.length) return false;
  if (poll.endedAtUs !== null) return true;
  return poll.options.every(
    (option) =>
      votes.filter(({ optionIds }) => optionIds.includes(option.optionId)).length === option.votes,
  );
}

/** Decides `import.marks`. */
function marks({ state }: Context, body: CommandOf<"import.marks">): Decision {
  const events: Carried[] = [];
  for (const { userId, place, messageId } of body.marks) {
    if (!state.people.has(userId)) return missing("user", userId);
    const stands = placeFault(state, place);
    if (stands !== null) return stands;
    events.push({ type: "unread.marked", userId, place, messageId });
  }
  return events.length === 0 ? accept() : accept(stored(...events));
}

// ---- people ---------------------------------------------------------------------------------------------

/** Decides `import.person`. */
function person(context: Context, { person: given }: CommandOf<"import.person">): Decision {
  const { state } = context;
  if (state.people.has(given.userId)) return accept();
  for (const { provider, id } of given.identities ?? []) {
    const owner = state.identities.get(identityKey(provider, id));
    if (owner !== undefined) return refuse({ code: "already_exists", what: "user", given: owner });
  }
  const unknown = given.roleIds.find((roleId) => !state.roles.has(roleId));
  if (unknown !== undefined) return missing("role", unknown);
  const user = userOf(context, given);
  const { credentialId } = given;
  return accept(
    stored(
      {
        type: "user.joined",
        user,
        ...(credentialId === undefined ? {} : { credentialId }),
      },
      ...belongings(context, given),
    ),
  );
}

function userOf(context: Context, given: ImportedPerson): User {
  const { state } = context;
  const member = roleByName(state, memberRole)?.roleId;
  const roleIds = new Set([...given.roleIds, ...(member === undefined ? [] : [member])]);
  const { pictureUrl, color, status = { status: "online", text: "" } } = given;
  return {
    userId: given.userId,
    number: numberFor(state, given.number),
    ...namesFor(context, given.name),
    roleIds: [...roleIds],
    status,
    local: given.credentialId !== undefined,
    demo: false,
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
    ...(color === undefined ? {} : { color }),
  };
}

function numberFor(state: Reading<State>, wanted: UserNumber | undefined): UserNumber {
  if (wanted !== undefined && !state.numbers.has(wanted)) return wanted;
  return (state.lastUserNumber + 1) as UserNumber;
}

/** The name that it had, where an operator might give it; else one after it that is free. */
function namesFor(context: Context, given: string): Pick<User, "name" | "handle"> {
  const isFit =
    checkName(given) === null && checkFree(context, given, undefined, "operator") === null;
  return isFit
    ? { name: given.trim(), handle: handleFor(context.state, given.trim()) }
    : outsideNames(context, given);
}

/** The nickname that it had, where a person here might take it. */
function nicknameOf(context: Context, { userId, nickname }: ImportedPerson): string | undefined {
  if (nickname === undefined) return undefined;
  return checkNickname(context, nickname, userId) === null ? nickname : undefined;
}

/** Decides `import.merge`. Whom this house keeps out stays alone: a ban ends with nobody's account. */
function merged({ state, nowMs }: Context, body: CommandOf<"import.merge">): Decision {
  const { fromId, intoId } = body;
  const [from, into] = [state.people.get(fromId), state.people.get(intoId)];
  if (from === undefined) return missing("user", fromId);
  if (into === undefined || into.departed) return missing("user", intoId);
  if (fromId === intoId || from.mergedInto === intoId) return accept();
  if (from.departed) return missing("user", fromId);
  const ban = banOf(state, fromId, nowMs) ?? banOf(state, intoId, nowMs);
  if (ban !== undefined) return refuse(bannedBy(ban));
  return accept(
    ...mergeEvents(state, from, into),
    ...silenceKept(state, nowMs, { fromId, intoId }),
  );
}

/** What there is of a person besides the account. */
function belongings(context: Context, given: ImportedPerson): readonly Carried[] {
  const { userId, identities = [], banned, departed, color = null } = given;
  const nickname = nicknameOf(context, given);
  const events: Carried[] = identities.map((identity) => ({
    type: "link.joined",
    userId,
    identity,
    color: identity.color ?? color,
  }));
  if (nickname !== undefined) {
    events.push({ type: "user.nicknamed", userId, nickname, before: null, byId: null });
  }
  if (banned !== undefined) {
    const { reason, untilMs } = banned;
    events.push({
      type: "moderation.banned",
      userId,
      byId: null,
      reason,
      untilMs: untilMs === null ? null : onJournal(untilMs, context),
      addressTags: [],
    });
  }
  if (departed === true) events.push({ type: "user.departed", userId, byId: null });
  return events;
}

const by = { by: "operator" } as const;

export const importCommands: CommandRows<"import"> = {
  "import.messages": { ...by, decide: messages },
  "import.revise": { ...by, bulky: () => true, needs: reviseNeeds, decide: revise },
  "import.marks": { ...by, decide: marks },
  "import.person": { ...by, decide: person },
  "import.merge": { ...by, decide: merged },
  "import.silence": { ...by, decide: silence },
  "import.push": { ...by, needs: pushNeeds, decide: push },
  "import.roles": { ...by, bulky: () => true, decide: roles },
  "import.channel": { ...by, decide: channel },
  "import.thread": { ...by, decide: thread },
  "import.attachment": { ...by, decide: attachment },
  "import.emoji": { ...by, decide: emoji },
  "import.webhook": { ...by, decide: webhook },
};
