/** What of the reference no test here brings about, each with its reason. A reason that no longer holds is a defect. */

const unseen = "what may not be viewed is answered for like what is not there (part 1, 5.3)";
const plugins = "the original's plugins, which are its own (part 3, 6)";
const files =
  "a write of the original's data files that fails; here a change is accepted or refused by the leader (part 3, 16)";
const overloaded =
  "only a core that is overloaded or cannot reach its bucket says so, and the gateway asks again before (part 3, 11)";
const signedIn =
  "a session whose person is not known; here the session of whoever goes is closed (part 1, 6.3 and 8.3)";
const absent = "the reference names it as what the original does not have";
const inside = "a session is in the voice channel that it entered, or in none (part 3, 10)";
const pythonic =
  "an exception of the original's own code, which is no answer to imitate (part 3, 7.4)";

export const commandExceptions: ReadonlyMap<string, string> = new Map();

export const errorExceptions: ReadonlyMap<string, string> = new Map([
  ["Automoderation: Message contains blocked words", plugins],
  ["Channel or thread not found", "cannot happen, as the reference says of it (part 1, 6.3)"],
  [
    "Cannot use this command in this channel type",
    "a place of another type is answered `Access denied to this channel` (part 1, 5.3)",
  ],
  ["You do not have permission to view this thread", unseen],
  ["You do not have permission to view this poll", unseen],
  ["Failed to assign role", files],
  ["Failed to remove role", files],
  ["Failed to create channel", files],
  ["Failed to update channel", files],
  ["Failed to delete attachment", files],
  ["Failed to delete webhook", files],
  ["Failed to regenerate webhook token", files],
  ["Failed to update profile picture", files],
  ["Failed to remove subscription", overloaded],
  [
    "Role not found after update",
    "the original looks for the old name of a role that it has just renamed; here the rename succeeds (part 3, 2.3)",
  ],
  ["Emoji file not found", "an emoji without its picture, which there cannot be here (part 3, 8)"],
  ["Server data not available", "cannot be reached, as the reference says of it (part 3, 3.1)"],
  [
    "Thread has no parent channel",
    "a thread without a forum, which the journal cannot hold (part 2, 8)",
  ],
  ["No roles found", "whoever has no role holds no right to manage them either (part 3, 2.2)"],
  ["User not authenticated", signedIn],
  ["Not authenticated", signedIn],
  [
    "Target user not found",
    "an account that ends between the look-up and the decision, which no test can time (part 3, 3.3)",
  ],
  ["Cannot remove all roles from a user", `${absent} (part 3, 2.4)`],
  [
    "Unknown command: user_delete",
    "the command is here, as the original's documents promise it (part 3, 3.4)",
  ],
  [
    "Role 'None' not found",
    "a fault of the original's role_delete; here it deletes the role (part 3, 2.3)",
  ],
  ["Error executing command: <exception>", pythonic],
  ["Error executing command: unhashable type: 'dict'", pythonic],
  [
    "You do not have permission to mention the '@&<role>' role",
    "a role's permissions are a list here, as on every stock server: nothing limits a mention (part 2, 2)",
  ],
  [
    "Access denied: forbidden roles",
    "for a built-in command with a blacklist; none has one, in the original neither (part 3, 7.4)",
  ],
  ["VAPID keys not configured on this server", "the keys are made at the first need (part 3, 11)"],
  ["Voice channel no longer exists", inside],
  ["You are not in this voice channel", inside],
]);
