/**
 * What each field of each command names, on both sides. Whatever names a place, or a thing in one, is asked for once with
 * a hidden one and once with one that there never was. A field or command that is not here fails the test.
 */

/** What a field may name of what can be hidden. */
export type Kind = "channel" | "thread" | "message" | "poll" | "file" | "webhook";

/** A field that names something, or what a request says there while another field is tried. */
export type Field =
  | { readonly names: Kind; readonly as?: (given: string) => unknown }
  | { readonly filler: unknown };

const names = (kind: Kind, as?: (given: string) => unknown): Field =>
  as === undefined ? { names: kind } : { names: kind, as };
const filler = (value: unknown): Field => ({ filler: value });
const absent = filler(undefined);

/** By command and field, else by field alone. */
export const fields: Readonly<Record<string, Field>> = {
  channel: names("channel"),
  thread_id: names("thread"),
  poll_id: names("poll"),
  message_id: names("message"),
  around: names("message"),
  reply_to: names("message"),
  attachment_id: names("file"),
  "message_new.attachments": names("file", (id) => [{ id }]),
  "messages_get.start": names("message"),
  "thread_messages.start": names("message"),
  "message_edit.id": names("message"),
  "message_delete.id": names("message"),
  "message_get.id": names("message"),
  "embeds_list.id": names("message"),
  "message_replies.id": names("message"),
  "message_react_add.id": names("message"),
  "message_react_remove.id": names("message"),
  "message_pin.id": names("message"),
  "message_unpin.id": names("message"),
  "webhook_create.id": names("webhook"),
  "webhook_get.id": names("webhook"),
  "webhook_list.id": names("webhook"),
  "webhook_update.id": names("webhook"),
  "webhook_regenerate.id": names("webhook"),
  "webhook_delete.id": names("webhook"),
  "channel_update.current_name": names("channel"),
  "channel_move.name": names("channel"),
  "channel_delete.name": names("channel"),
  "modlog_get.target": names("channel"),
  "adoption_get.days": filler(7),

  // Of a poll, `poll_id` goes first.
  "message_new.content": filler("words"),
  "message_edit.content": filler("words"),
  "message_new.ping": absent,
  embeds: absent,
  bounds: absent,
  limit: absent,
  offset: absent,
  pinned: absent,
  emoji: filler("👍"),
  query: filler("words"),
  option_id: filler("0"),
  option_ids: absent,
  question: filler("which?"),
  "poll_create.options": filler(["a", "b"]),
  allow_multiselect: absent,
  expires_at: absent,
  duration_hours: absent,
  "thread_create.name": filler("a thread"),
  "thread_update.name": filler("another"),
  locked: absent,
  archived: absent,
  "channel_update.updates": filler({ description: "new" }),
  position: filler(0),
  peer_id: filler("peer"),
  "slash_call.command": filler("me"),
  "slash_call.args": filler({ text: "waves" }),
  "slash_response.command": filler("me"),
  response: filler("words"),
  invoker: absent,
  ephemeral: absent,
  "webhook_create.name": filler("hook"),
  "webhook_get.name": absent,
  "webhook_list.name": absent,
  "webhook_update.name": filler("hook"),
  "webhook_regenerate.name": absent,
  "webhook_delete.name": absent,
  avatar: absent,
  // Names are unique: whoever makes a channel learns that a name is taken.
  "channel_create.name": absent,
  "channel_create.type": absent,
  "channel_create.description": absent,
  "channel_create.display_name": absent,
  "channel_create.permissions": absent,
  "channel_create.size": absent,

  // People, roles, emoji, the community and one's own connection: nothing of it stands in a channel.
  user: absent,
  updates: absent,
  url: absent,
  username: absent,
  id: absent,
  name: absent,
  description: absent,
  color: absent,
  category: absent,
  hoisted: absent,
  self_assignable: absent,
  permissions: absent,
  data: absent,
  roles: absent,
  role: absent,
  status: absent,
  text: absent,
  timeout: absent,
  reason: absent,
  after: absent,
  actor: absent,
  action: absent,
  image: absent,
  emoji_id: absent,
  icon: absent,
  banner: absent,
  commands: absent,
  subscription: absent,
  endpoint: absent,
  plugin: absent,
};

/** Slash commands of OriginChats, by command and option, else by option alone: what it names; `null` is none of it. */
export const slashOptions: Readonly<Record<string, "channel" | null>> = {
  channel: "channel",
  "join.name": "channel",
  "leave.name": "channel",
  "delchan.name": "channel",
  // Names are unique: whoever makes a channel learns that a name is taken.
  "create.name": null,
  username: null,
  address: null,
  text: null,
  password: null,
  rank: null,
  duration: null,
  seconds: null,
  reason: null,
  nickname: null,
  action: null,
  code: null,
  current: null,
  wanted: null,
};

const here = "it acts where one stands";
const onPeople = "it names a person or an address";
const ownAccount = "it is about one's own account";

/** What a line is to be asked with: `%` stands for a message's number, else `#` for a room's name. Else why not. */
export const sockchatLines: Readonly<Record<string, readonly string[] | string>> = {
  me: here,
  action: here,
  say: "it is told to everybody, wherever they are",
  vote: here,
  poll: here,
  topic: here,
  pins: here,
  search: here,
  help: here,
  react: ["/react #% 👍"],
  unreact: ["/unreact #% 👍"],
  reply: ["/reply #% words"],
  edit: ["/edit #% words"],
  pin: ["/pin #%"],
  unpin: ["/unpin #%"],
  thread: ["/thread # words"],
  roles: onPeople,
  password: here,
  pwd: here,
  rank: here,
  privilege: here,
  priv: here,
  create: "names are unique: whoever makes a channel learns that a name is taken",
  delete: ["/delete #", "/delete %"],
  delmsg: ["/delmsg %"],
  delchan: ["/delchan #"],
  join: ["/join #", "/join # secret"],
  who: ["/who #"],
  msg: onPeople,
  whisper: onPeople,
  kick: onPeople,
  ban: onPeople,
  unban: onPeople,
  pardon: onPeople,
  silence: onPeople,
  unsilence: onPeople,
  bans: onPeople,
  banned: onPeople,
  unbanip: onPeople,
  pardonip: onPeople,
  whois: onPeople,
  ip: onPeople,
  afk: ownAccount,
  nick: ownAccount,
  passwd: ownAccount,
  token: ownAccount,
  link: ownAccount,
  move: ownAccount,
};

/** Packets of Sock Chat: why none of them names a place. */
export const sockchatPackets: Readonly<Record<string, string>> = {
  "0": "a ping",
  "1": "a log-in, which names no place",
  "2": `${here}; a quotation in it is looked for there alone`,
  "3": "what a client can do",
  "4": here,
};
