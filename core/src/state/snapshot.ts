/** The state as a gateway's roster starts from it. */
import { type AnswerOf, type RosterUser, rosterPageMax, type UserId } from "@dragoman/bus-schema";
import type { Person, Reading, State } from "./shape.ts";

/** The answer to `roster.snapshot` but for what the journal's reader adds. */
export type RosterSnapshot = Omit<
  AnswerOf<"roster.snapshot">,
  "users" | "lastId" | "lastAt" | "term"
>;

function silence(state: Reading<State>, userId: UserId): Pick<RosterUser, "silencedUntilMs"> {
  const found = state.silences.get(userId);
  return found === undefined ? {} : { silencedUntilMs: found.untilMs };
}

/** Everything at the state's sequence, or null while the community is not seeded: nobody can be served then. */
export function snapshotOf(state: Reading<State>): RosterSnapshot | null {
  if (state.server === undefined) return null;
  return {
    server: state.server,
    phases: [...state.phases.values()].map(({ standing }) => standing),
    emojis: [...state.emojis.values()],
    roles: [...state.roles.values()],
    channels: [...state.channels.values()],
    threads: [...state.threads.values()],
    people: state.people.size,
    sessions: [...state.sessions.values()].map(({ session, droppedUntilMs }) => ({
      ...session,
      dropped: droppedUntilMs !== null,
    })),
    voices: [...state.voices.values()],
    hereLast: [...state.hereLast],
    slashes: [...state.slashes.values()],
    lastMessageNumber: state.lastMessageNumber,
    admissions: [...state.admissions].flatMap(([channelId, people]) =>
      [...people].map(([userId, passwordId]) => ({ channelId, userId, passwordId })),
    ),
    lastMessages: [...state.rings.values()].flatMap(({ place, entries }) => {
      const newest = entries.at(-1);
      if (newest === undefined) return [];
      return [{ place, messageId: newest.messageId, createdAtUs: newest.createdAtUs }];
    }),
  };
}

/** Everybody ever, for whoever knows no pages. */
export function everybody(state: Reading<State>): RosterUser[] {
  const users: RosterUser[] = [];
  for (let from = 0; from < state.people.size; from += rosterPageMax)
    users.push(...peopleFrom(state, from));
  return users;
}

/** What a gateway is told of a person that does not stand beside the user. */
const besideOf = (state: Reading<State>, userId: UserId) => ({
  banned: state.bans.get(userId)?.kind === "ban",
  ...silence(state, userId),
});

/** A person as rosters hold one. */
export function rosterUser(state: Reading<State>, person: Person): RosterUser {
  const { user, departed, mergedInto, formerNames } = person;
  return {
    ...user,
    departed,
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...(formerNames === undefined ? {} : { formerNames }),
    ...besideOf(state, user.userId),
  };
}

/** A page of everybody ever, from the nth account on. */
export function peopleFrom(state: Reading<State>, from: number): RosterUser[] {
  const people: Iterable<readonly [UserId, Person]> = state.people.slice(from, rosterPageMax);
  return Array.from(people, ([, person]) => rosterUser(state, person));
}

/** The same page as packed entries, which are copied. */
export function packedPeopleFrom(
  state: Reading<State>,
  from: number,
): ReturnType<State["people"]["page"]> {
  const more = (userId: UserId) => besideOf(state, userId);
  const optional = ["mergedInto", "formerNames"];
  return state.people.page(from, rosterPageMax, { fields: ["user", "departed"], optional, more });
}
