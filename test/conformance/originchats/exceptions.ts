/** What of the reference no test here brings about, each with its reason. A reason that no longer holds is a defect. */

const plugins = "the original's plugin machinery, which is its own";
const files =
  "a write of the original's data files that fails; here a change is accepted or refused by the leader";
const ours = "everybody who is signed in is known here, so it cannot come about";
const example =
  "stands in the reference as the form of a text, or as what the original does not have";

export const commandExceptions: ReadonlyMap<string, string> = new Map();

export const errorExceptions: ReadonlyMap<string, string> = new Map([
  ["Automoderation: Message contains blocked words", plugins],
  ["Channel or thread not found", "cannot happen, as the reference says of it (part 1, 6.3)"],
  [
    "Cannot use this command in this channel type",
    "a place of another type is answered `Access denied to this channel` (part 1, 5.3)",
  ],
  ["Failed to assign role", files],
  ["Failed to remove role", files],
  ["Failed to create channel", files],
  ["Failed to update channel", files],
  ["Failed to delete attachment", files],
  ["Failed to delete webhook", files],
  ["Failed to regenerate webhook token", files],
  ["Failed to update profile picture", files],
  ["Failed to save subscription", files],
  ["Failed to remove subscription", files],
  ["Role not found after update", files],
  ["Emoji file not found", files],
  ["Server data not available", files],
  ["Thread has no parent channel", "a thread without a forum, which the journal cannot hold"],
  ["No roles found", "there is always the role owner"],
  ["User not authenticated", ours],
  ["Not authenticated", ours],
  ["Target user not found", ours],
  ["Cannot remove all roles from a user", example],
  ["Unknown command: user_delete", "the command is here, as the original's documents promise it"],
  ["Role 'None' not found", "a fault of the original's role_delete; here it deletes the role"],
  ["Error executing command: <exception>", "an exception of the original's own code"],
  ["Error executing command: unhashable type: 'dict'", "an exception of the original's own code"],
  [
    "You do not have permission to mention the '@&<role>' role",
    "a role's permissions are a list here, as on every stock server: nothing limits a mention",
  ],
]);

/**
 * Families that have their own tests on the way. Nothing is wrong while one of these is tested already; what is
 * neither tested nor here is.
 */
export const onTheWay: readonly RegExp[] = [
  /voice/i,
  /^Peer ID is required$/,
  /^push_|subscription|VAPID|^Missing endpoint$/,
  /^slash_|[Ss]lash command|slash response|^Slash response/,
  /^Commands? (?:args|name|handler|parameter|must)|^Commands must be/,
  /command schema: |^Unknown argument: |^Missing required argument: /,
  /^Access denied: (?:forbidden roles|'<role>' role is forbidden)$/,
  /^Profile pictures are managed by Rotur for this account$/,
];
