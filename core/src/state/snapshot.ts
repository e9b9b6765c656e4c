/** The state as a gateway's roster starts from it. */
import { type AnswerOf, type RosterUser, rosterPageMax, type UserId } from "@dragoman/bus-schema";
import type { Reading, State } from "./shape.ts";

/** The answer to `roster.snapshot` but for what the journal's reader adds. */
export type RosterSnapshot = Omit<AnswerOf<"roster.snapshot">, "lastId" | "lastAt" | "term">;

function silence(state: Reading<State>, userId: UserId): Pick<RosterUser, "silencedUntilMs"> {
  const found = state.silences.get(userId);
  return found === undefined ? {} : { silencedUntilMs: found.untilMs };
}

/** Everything at the state's sequence, or null while the community is not seeded: nobody can be served then. */
export function snapshotOf(state: Reading<State>): RosterSnapshot | null {
  if (state.server === undefined) return null;
  return {
    server: state.server,
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

/** A page of everybody ever, from the nth account on. */
export function peopleFrom(state: Reading<State>, from: number): RosterUser[] {
  const users: RosterUser[] = [];
  for (const [userId, { user, departed }] of state.people.slice(from, rosterPageMax)) {
    const banned = state.bans.get(userId)?.kind === "ban";
    users.push({ ...user, departed, banned, ...silence(state, userId) });
  }
  return users;
}
