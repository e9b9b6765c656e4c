/** The community of this package's tests: two people, a channel that both see and one that only ada sees. */
import type { AnswerOf, Channel, Role, RosterUser } from "@dragoman/bus-schema";

const uuid = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;

const role = (id: number, name: string): Role => ({
  roleId: uuid(id) as Role["roleId"],
  name,
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: false,
  category: null,
  position: id,
  rank: 0,
});
const user = role(1, "user");
const staff = role(0, "staff");

const channel = (id: number, name: string, view: string): Channel => ({
  channelId: uuid(id) as Channel["channelId"],
  kind: "text",
  name,
  slug: name,
  permissions: { view: [view], send: [view] },
  minRank: 0,
  hasPassword: false,
  temporary: false,
});
/** Seen by both. */
export const general = channel(2, "general", "user");
/** Seen by ada. */
export const hidden = channel(3, "hidden", "staff");

const person = (number: number, name: string, roles: readonly Role[]): RosterUser => ({
  userId: `user_${name}` as RosterUser["userId"],
  number: number as RosterUser["number"],
  name,
  handle: name,
  roleIds: roles.map(({ roleId }) => roleId),
  status: { status: "online", text: "" },
  local: true,
  demo: false,
  departed: false,
  banned: false,
});
export const ada = person(1, "ada", [staff, user]);
export const ben = person(2, "ben", [user]);

/** A roster's beginning without sessions. */
export const snapshot = {
  server: {
    name: "Trial",
    ownerName: "ada",
    motd: "",
    defaultChannelId: general.channelId,
    postContentMax: 2_000,
  },
  roles: [staff, user],
  threads: [],
  channels: [general, hidden],
  users: [ada, ben],
  sessions: [],
  lastMessages: [],
  lastId: "",
  lastAt: 0,
  term: 1,
} satisfies AnswerOf<"roster.snapshot">;
