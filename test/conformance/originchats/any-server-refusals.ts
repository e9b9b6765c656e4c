/** Requests that every server of OriginChats refuses in the same words, whoever asks. */

export interface Refusal {
  /** Part and section of the reference. */
  readonly section: string;
  /** `<channel>` stands for a text channel that there is. */
  readonly packet: { readonly cmd: string; readonly [field: string]: unknown };
  readonly val: string;
}

const nowhere = "no-such-channel";

export const refusals: readonly Refusal[] = [
  { section: "1, 6.3", packet: { cmd: "no_such" }, val: "Unknown command: no_such" },
  { section: "1, 2.3", packet: { cmd: "login" }, val: "Unknown command: login" },
  {
    section: "2, 3",
    packet: { cmd: "message_new", channel: nowhere, content: "x" },
    val: "Channel not found",
  },
  {
    section: "2, 3",
    packet: { cmd: "message_new", channel: "<channel>", content: "  " },
    val: "Message content or attachments cannot be empty",
  },
  { section: "2, 4", packet: { cmd: "message_edit" }, val: "Invalid message edit format" },
  { section: "2, 5", packet: { cmd: "message_delete" }, val: "Invalid message delete format" },
  {
    section: "2, 5",
    packet: { cmd: "message_delete", channel: "<channel>", id: "none" },
    val: "Message not found or cannot be deleted",
  },
  {
    section: "2, 7",
    packet: { cmd: "message_react_add", channel: "<channel>", id: "none" },
    val: "Message ID and emoji are required",
  },
  {
    section: "2, 9.0",
    packet: { cmd: "messages_get", channel: nowhere },
    val: "Channel not found",
  },
  {
    section: "2, 9.0",
    packet: { cmd: "messages_pinned", channel: nowhere },
    val: "Access denied to this channel",
  },
  {
    section: "2, 10",
    packet: { cmd: "pings_get", limit: 0 },
    val: "Limit must be a number between 1 and 100",
  },
  {
    section: "2, 11.2",
    packet: { cmd: "unreads_ack", channel: nowhere },
    val: "Channel not found",
  },
  {
    section: "2, 12",
    packet: { cmd: "thread_get", thread_id: "none" },
    val: "Thread not found",
  },
  { section: "2, 13", packet: { cmd: "poll_get", poll_id: "none" }, val: "Poll not found" },
  {
    section: "3, 2.4",
    packet: { cmd: "user_roles_get" },
    val: "User parameter is required",
  },
  { section: "3, 2.4", packet: { cmd: "self_role_add" }, val: "Role name is required" },
  { section: "3, 4", packet: { cmd: "status_set" }, val: "Status is required" },
  {
    section: "3, 4",
    packet: { cmd: "status_set", status: "asleep" },
    val: "Invalid status. Must be one of: online, idle, dnd, offline, invisible",
  },
  {
    section: "3, 7.1",
    packet: { cmd: "slash_register", commands: [] },
    val: "Commands must be provided as a list",
  },
  {
    section: "3, 7.2",
    packet: { cmd: "slash_call", channel: "<channel>", command: "no-such", args: {} },
    val: "Unknown slash command: /no-such",
  },
  {
    section: "3, 7.3",
    packet: { cmd: "slash_response", channel: "<channel>" },
    val: "Slash response must have content or embeds",
  },
  { section: "3, 8", packet: { cmd: "emoji_get_id", name: "none" }, val: "Emoji not found" },
  { section: "3, 9", packet: { cmd: "webhook_get" }, val: "Webhook ID is required" },
  {
    section: "3, 10",
    packet: { cmd: "voice_join", channel: nowhere },
    val: "Peer ID is required",
  },
  {
    section: "3, 10",
    packet: { cmd: "voice_join", channel: "<channel>", peer_id: "p" },
    val: "This is not a voice channel",
  },
  {
    section: "3, 10",
    packet: { cmd: "voice_leave" },
    val: "You are not in a voice channel",
  },
  {
    section: "3, 11",
    packet: { cmd: "push_subscribe" },
    val: "Missing subscription object",
  },
  { section: "3, 11", packet: { cmd: "push_unsubscribe" }, val: "Missing endpoint" },
];
