/** The community of the line protocol: two people, a channel that both see and one that only ada sees. */
import { channel, role, snapshot as snapshotWith, user } from "./people.ts";

const member = role("user", 1);
const staff = role("staff", 5);

/** Seen by both. */
export const general = channel("general", 1, ["user"]);
/** Seen by ada. */
export const hidden = channel("hidden", 2, ["staff"]);

export const ada = user("ada", 1, [staff, member]);
export const ben = user("ben", 2, [member]);

/** A roster's beginning without sessions. */
export const snapshot = snapshotWith({
  roles: [staff, member],
  channels: [general, hidden],
  users: [ada, ben],
});
