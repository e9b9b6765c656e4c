/**
 * What the handshake announces. The original lists its own documentation files; we announce those of its names
 * that are commands here, so that no client shows a part of its window that does not work.
 */
import { commands } from "./command/index.ts";

/** The 96 names of the original (part 1, 2.2). */
export const originalCapabilities: readonly string[] =
  `attachment_delete attachment_get attachment_upload auth channel_create channel_delete channel_move
   channel_update channels_get embeds_list emoji_add emoji_delete emoji_get_all emoji_get_filename
   emoji_get_id emoji_update events message_delete message_edit message_get message_new message_pin
   message_react_add message_react_remove message_replies message_unpin messages_around messages_get
   messages_pinned messages_search modlog_get modlog_summary nickname_remove nickname_update ping
   pings_get plugins_list plugins_reload poll_create poll_end poll_get poll_results poll_vote
   push_get_vapid push_subscribe push_unsubscribe rate_limit_reset rate_limit_status role_create
   role_delete role_reorder role_update roles_list self_role_add self_role_remove self_roles_list
   server_info server_update slash_call slash_list slash_register slash_response status_get status_set
   thread_create thread_delete thread_get thread_join thread_leave thread_messages thread_update typing
   unreads_ack unreads_count unreads_get user_ban user_delete user_leave user_roles_get user_roles_set
   user_timeout user_unban user_update users_banned_list users_list users_online voice_join voice_leave
   voice_mute voice_state webhook_create webhook_delete webhook_get webhook_list webhook_regenerate
   webhook_update`.split(/\s+/);

/** Names that are events here as there: clients are told them, and nobody asks for them. */
const events: ReadonlySet<string> = new Set(["nickname_update", "nickname_remove"]);

/** Names of the newer dialect that its clients look for before they ask (part 1, 2.9). */
const newer: readonly string[] = ["capabilities", "emoji_list"];

/** Sorted, as the original sends them. */
export const capabilities: readonly string[] = [...originalCapabilities, ...newer]
  .filter((name) => commands.has(name) || events.has(name))
  .sort();
