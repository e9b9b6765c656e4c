/** How a snapshot fills the roster. */
import type { AnswerOf } from "@dragoman/bus-schema";
import { PackedMap, TextIndex } from "@dragoman/service-kit";
import { admit } from "./channel.ts";
import { setRoles } from "./role.ts";
import { addSession } from "./session.ts";
import type { RosterState } from "./state.ts";
import { addThread } from "./thread.ts";
import { setUser } from "./user.ts";

/** What a roster begins with; people, if they are known already. */
export type Beginning = AnswerOf<"roster.snapshot">;

/** A roster's state as of a snapshot. */
export function fromSnapshot(snapshot: Beginning): RosterState {
  const state: RosterState = {
    server: snapshot.server,
    standings: new Map(snapshot.phases?.map((standing) => [standing.protocol, standing])),
    term: snapshot.term,
    lastMessageNumber: snapshot.lastMessageNumber ?? 0,
    roles: new Map(),
    rolesBefore: new Map(),
    channels: new Map(snapshot.channels.map((channel) => [channel.channelId, channel])),
    mergedBefore: [],
    emojis: new Map(snapshot.emojis?.map((emoji) => [emoji.emojiId, emoji])),
    users: new PackedMap(),
    members: 0,
    names: new TextIndex(),
    formerNames: new TextIndex(),
    nicknames: new TextIndex(),
    hereLast: new Set(snapshot.hereLast),
    givenRoles: new Set(),
    peopleEpoch: 0,
    roleEpoch: 0,
    nameEpoch: 0,
    revisions: new Map(),
    revisionBase: 0,
    sessions: new Map(),
    sessionsOf: new Map(),
    threads: new Map(),
    threadSlugs: new Map(),
    threadsOf: new Map(),
    lastMessages: new Map(),
    admissions: new Map(),
    voices: new Map(snapshot.voices?.map((present) => [present.sessionId, present])),
    slashes: new Map(snapshot.slashes?.map((set) => [set.sessionId, set])),
  };
  setRoles(state, snapshot.roles);
  for (const thread of snapshot.threads) addThread(state, thread);
  for (const user of snapshot.users ?? []) setUser(state, user);
  for (const session of snapshot.sessions) addSession(state, session);
  for (const { channelId, userId, passwordId } of snapshot.admissions ?? []) {
    admit(state, channelId, userId, passwordId);
  }
  for (const { place, messageId, createdAtUs } of snapshot.lastMessages) {
    state.lastMessages.set(place.threadId ?? place.channelId, { messageId, createdAtUs });
  }
  return state;
}
