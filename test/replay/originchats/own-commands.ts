/** The slash commands that this server has itself, in the order of the list (part 3, 7.4; bridge table, Moderation). */
import type { JsonObject } from "./frame.ts";

const staff = ["owner", "admin", "moderator"];
const admins = ["owner", "admin"];
const holders = ["owner", "admin", "user"];

const option = (name: string, description: string, required = false, type = "str"): JsonObject => ({
  name,
  description,
  type,
  required,
});

const command = (
  name: string,
  description: string,
  options: readonly JsonObject[],
  whitelistRoles: readonly string[] | null,
  ephemeral = false,
): JsonObject => ({
  name,
  description,
  options,
  whitelistRoles,
  blacklistRoles: null,
  ephemeral,
  registeredBy: "originChats",
});

export const ownCommands: readonly JsonObject[] = [
  command(
    "mute",
    "Timeout a user (prevent them from sending messages)",
    [
      option("username", "The user to mute", true),
      option("duration", "Duration in seconds", true, "int"),
      option("reason", "Reason for the mute"),
    ],
    staff,
  ),
  command(
    "ban",
    "Ban a user from the server",
    [option("username", "The user to ban", true), option("reason", "Reason for the ban")],
    staff,
  ),
  command(
    "unmute",
    "Remove timeout from a user",
    [option("username", "The user to unmute", true)],
    staff,
  ),
  command(
    "unban",
    "Unban a user from the server",
    [option("username", "The user to unban", true)],
    staff,
  ),
  command(
    "kick",
    "Kick a user from the server",
    [
      option("username", "The user to kick", true),
      option("seconds", "How long the user may not return, in seconds", false, "int"),
      option("reason", "Reason for the kick"),
    ],
    staff,
  ),
  command(
    "silence",
    "Silence a user until it is lifted or the time is over",
    [
      option("username", "The user to silence", true),
      option("seconds", "How long, in seconds (leave empty for ever)", false, "int"),
      option("reason", "Reason for the silence"),
    ],
    staff,
  ),
  command(
    "unsilence",
    "Let a silenced user speak again",
    [option("username", "The user to unsilence", true)],
    staff,
  ),
  command(
    "who",
    "List who is online",
    [option("channel", "Only those who see this channel")],
    null,
    true,
  ),
  command(
    "whois",
    "Show the network addresses of a person who is online",
    [option("username", "The person", true)],
    admins,
    true,
  ),
  command("me", "Say what you are doing", [option("text", "What you do", true)], null),
  command(
    "msg",
    "Send a private message to one person",
    [option("username", "The person to write to", true), option("text", "Your message", true)],
    null,
    true,
  ),
  command(
    "say",
    "Announce something to everybody",
    [option("text", "The announcement", true)],
    admins,
  ),
  command(
    "join",
    "Enter a channel that has a password",
    [option("name", "The channel to enter", true), option("password", "Its password")],
    null,
    true,
  ),
  command(
    "create",
    "Make a channel; without the right to make lasting ones it goes when you leave",
    [
      option("name", "The channel's name", true),
      option("rank", "The lowest rank that sees it", false, "int"),
    ],
    holders,
    true,
  ),
  command(
    "leave",
    "Leave a channel that has a password, or put away a private one",
    [option("name", "The channel to leave, or @ and a person's name", true)],
    null,
    true,
  ),
  command(
    "nick",
    "Set or clear your display nickname",
    [option("nickname", "Your new nickname (leave empty to clear)")],
    holders,
  ),
  command("help", "List all available slash commands", [], null, true),
  command(
    "afk",
    "Show that you are away, until you write again",
    [option("reason", "Why you are away")],
    null,
    true,
  ),
  command(
    "token",
    "Get a login for Sock Chat",
    [option("action", "revoke: end every login token of yours")],
    null,
    true,
  ),
  command(
    "link",
    "Make your accounts on both protocols one",
    [option("code", "The code of your other account; or: remove site, remove rotur")],
    null,
    true,
  ),
  command("move", "How you go on as yourself on Sock Chat", [], null, true),
  command(
    "passwd",
    "Change your password",
    [
      option("current", "The present password", true),
      option("wanted", "The new password; whoever has none yet gives it alone"),
    ],
    null,
    true,
  ),
  command("bans", "List who is banned, and from which addresses nobody may come", [], staff, true),
  command(
    "unbanip",
    "Let an address in again",
    [option("address", "As /bans shows it", true)],
    staff,
    true,
  ),
  command(
    "topic",
    "Tell or change what this channel is about",
    [option("text", "The new topic; - takes it away")],
    null,
    true,
  ),
  command(
    "password",
    "Give this channel a password, or take it away",
    [option("password", "The new password; none takes it away")],
    holders,
    true,
  ),
  command(
    "rank",
    "From which rank on people see this channel",
    [option("rank", "The lowest rank", true, "int")],
    holders,
    true,
  ),
  command(
    "delchan",
    "Delete a channel that you made or manage",
    [option("name", "The channel", true)],
    holders,
    true,
  ),
];
