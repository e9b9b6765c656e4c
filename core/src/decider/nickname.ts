/** Nicknames: their own, those that somebody else gives, and the temporary ones (bridge table, People). */
import {
  type CommandOf,
  type Event,
  type EventOf,
  outranks,
  type Result,
  type User,
  type UserId,
} from "@dragoman/bus-schema";
import { actorOf, personCalled } from "../state/find.ts";
import { nicknameKey, skeletonsOf } from "../state/likeness.ts";
import type { Person, Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { hasRight, notPermitted } from "./guard.ts";
import { checkNickname, cleanNickname } from "./name.ts";
import { accept, type MemberContext, refuse } from "./row.ts";
import { answerEvents } from "./slash-answer.ts";

type Nicknamed = EventOf<"user.nicknamed">;

/** The person whose nickname is to be changed: oneself, or somebody who ranks lower; refused otherwise. */
function bearerOf(context: MemberContext, given: string | undefined): Result<Person> {
  const { asker } = context;
  const person = given === undefined ? undefined : personCalled(context.state, given);
  if (given !== undefined && (person === undefined || person.departed)) {
    const barred = hasRight(context, "manageNicknames");
    if (!barred) return notPermitted("manageNicknames");
    return refuse({ code: "not_found", what: "user", given });
  }
  if (asker.kind === "operator") {
    return person === undefined
      ? refuse({ code: "invalid", field: "target", why: "absent" })
      : { ok: true, value: person };
  }
  const { userId } = asker.actor;
  if (person === undefined || person.user.userId === userId) {
    return hasRight(context, "changeNickname")
      ? { ok: true, value: asker.person }
      : notPermitted("changeNickname");
  }
  if (!hasRight(context, "manageNicknames")) return notPermitted("manageNicknames");
  return outranks(asker.actor, actorOf(context.state, person.user.userId))
    ? { ok: true, value: person }
    : refuse({ code: "rank_too_low", given: given ?? "" });
}

/**
 * A change of nickname, checked; no events where it changes nothing. A temporary one remembers what lasts; as
 * soon as it is the same as that, it lasts too.
 */
export function nicknamedEvents(
  context: MemberContext,
  user: User,
  typed: string | null,
  temporary: boolean,
): Result<readonly Event[]> {
  const clean = cleanNickname(typed ?? "");
  const nickname = clean === "" ? null : clean;
  const before = user.nickname ?? null;
  if (nickname !== null && nickname !== before) {
    const wrong = checkNickname(context, nickname, user.userId);
    if (wrong !== null) return refuse(wrong);
  }
  const lasts = user.lastingNickname === undefined ? before : user.lastingNickname;
  const isTemporary = temporary && nickname !== lasts;
  const wasTemporary = user.lastingNickname !== undefined;
  if (nickname === before && isTemporary === wasTemporary) return { ok: true, value: [] };
  const event: Nicknamed = {
    type: "user.nicknamed",
    userId: user.userId,
    nickname,
    before,
    ...(isTemporary ? { lasting: lasts } : {}),
    byId: context.asker.kind === "session" ? context.asker.actor.userId : null,
  };
  return { ok: true, value: [event] };
}

/** `user.nicknamed` back to the nickname that lasts; none where the person bears no temporary one. */
export function lastingNicknameEvents({ user }: Person): readonly Event[] {
  const { userId, nickname = null, lastingNickname } = user;
  if (lastingNickname === undefined) return [];
  return [
    { type: "user.nicknamed", userId, nickname: lastingNickname, before: nickname, byId: null },
  ];
}

export function nick(context: MemberContext, body: CommandOf<"user.nick">): Decision {
  const bearer = bearerOf(context, body.target);
  if (!bearer.ok) return bearer;
  const named = nicknamedEvents(context, bearer.value.user, body.nickname, body.temporary);
  if (!named.ok) return named;
  const said = answerEvents(context, body.said, bearer.value.user.userId);
  return said.ok ? accept(...named.value, ...said.value) : said;
}

/** Whoever had it first keeps what looks alike: names that were made before that was refused stand beside each other. */
export function claim(skeletons: Map<string, UserId>, seen: string, userId: UserId): void {
  if (!skeletons.has(seen)) skeletons.set(seen, userId);
}

/** Sets a person's nicknames free: anybody may take them. */
export function freeNicknames(state: State, userId: UserId): void {
  const freeIfOwn = (names: Map<string, UserId>, key: string): void => {
    if (names.get(key) === userId) names.delete(key);
  };
  for (const nickname of nicknamesOf(state, userId)) {
    freeIfOwn(state.nicknames, nicknameKey(nickname));
    for (const seen of skeletonsOf(nickname)) freeIfOwn(state.nicknameSkeletons, seen);
  }
}

function nicknamesOf(state: Reading<State>, userId: UserId): readonly string[] {
  const { nickname, lastingNickname } = state.people.get(userId)?.user ?? {};
  return [nickname, lastingNickname].filter((each) => typeof each === "string");
}

export function nicknamed(state: State, event: Nicknamed): void {
  const { userId, nickname, lasting } = event;
  const person = state.people.get(userId);
  if (person === undefined) return;
  freeNicknames(state, userId);
  const { nickname: _, lastingNickname: __, ...bare } = person.user;
  const user = {
    ...bare,
    ...(nickname === null ? {} : { nickname }),
    ...(lasting === undefined ? {} : { lastingNickname: lasting }),
  };
  state.people.set(userId, { ...person, user });
  for (const each of nicknamesOf(state, userId)) {
    state.nicknames.set(nicknameKey(each), userId);
    for (const seen of skeletonsOf(each)) claim(state.nicknameSkeletons, seen, userId);
  }
}
