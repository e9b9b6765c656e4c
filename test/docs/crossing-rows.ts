/**
 * The bridge table as data: of each row of `docs/protocols/bridge.md` by which words it is asked for on each side, which
 * events it is about, and which tests of `test/crossing` show it. `docs/crossing.md` is written from it and from the
 * gateways' tables; `crossing-page.test.ts` holds that no word, no event and no row is left out.
 */
import type { EventType } from "@dragoman/bus-schema";

export interface CrossingRow {
  /** The row's name: its first cell up to the first bracket, comma, colon or semicolon. */
  readonly row: string;
  readonly events?: readonly EventType[];
  /** Commands, and slash commands with their `/`. */
  readonly originchats?: string;
  /** Packets by number, and slash commands with their `/`. */
  readonly sockchat?: string;
  /** Titles of tests in `test/crossing`. */
  readonly tests: readonly [string, ...string[]];
}

const people: readonly CrossingRow[] = [
  {
    row: "account",
    events: ["user.joined"],
    originchats: "users_list users_online /who /whois",
    sockchat: "/who /whois",
    tests: [
      "a person on both protocols is one person, and comes and goes once",
      "/whois on either side tells where a person of the other comes from",
    ],
  },
  {
    row: "invite",
    events: ["invite.created", "invite.revoked"],
    tests: [
      "a code behind the name lets somebody register on OriginChats, and log in on both with or without it",
      "the same packet 1 registers on Sock Chat at first, and logs in from then on",
    ],
  },
  {
    row: "account names",
    events: ["user.renamed"],
    originchats: "user_update",
    tests: [
      "another's account name is packet 10 on Sock Chat, and the person stays who they are",
      "one name is one person's on both sides, also for whoever looks alike",
    ],
  },
  {
    row: "display name",
    events: ["user.nicknamed"],
    originchats: "/nick",
    sockchat: "/nick",
    tests: [
      "/nick on Sock Chat shows on OriginChats until the last session ends, then what lasts returns",
      "an OriginChats nickname shows on Sock Chat with a tilde, as notice and packet 10",
    ],
  },
  {
    row: "colour",
    events: ["role.created", "role.updated"],
    originchats: "roles_list role_create role_update role_set",
    tests: [
      "roles that are set on OriginChats show on Sock Chat at once, and open channels on both",
    ],
  },
  {
    row: "roles and rank",
    events: ["role.deleted", "role.reordered", "user.assigned"],
    originchats: `role_delete role_reorder role_permissions_set role_permissions_get user_roles_get user_roles_set
      user_roles_add user_roles_remove self_role_add self_role_remove self_roles_list`,
    sockchat: "/roles",
    tests: [
      "a role that is taken by oneself on OriginChats shows on Sock Chat",
      "a new order changes who may act on whom, on both sides",
    ],
  },
  {
    row: "away",
    events: ["status.changed"],
    originchats: "status_set status_get /afk",
    sockchat: "/afk",
    tests: [
      "/afk on Sock Chat is idle with its text on OriginChats, and posting on either side ends it",
      "a status with a text marks the name; the bare idle of a hidden tab does not show",
    ],
  },
  {
    row: "invisible",
    tests: [
      "who goes invisible leaves Sock Chat's list, and what they post carries their name",
      "a hidden person's own Sock Chat session stays, unseen by the others",
    ],
  },
  {
    row: "presence",
    events: [
      "presence.began",
      "presence.ended",
      "session.opened",
      "session.moved",
      "session.dropped",
      "session.closed",
    ],
    tests: [
      "a person on both protocols is one person, and comes and goes once",
      "gaining and losing the view of a channel is coming and going there on Sock Chat",
    ],
  },
  {
    row: "two sessions of one person on both protocols",
    tests: ["who is on both sides comes and goes there too, whichever session is the older"],
  },
  {
    row: "account with a name that SC cannot carry",
    tests: ["a site's name that no account can have is called safely on either side"],
  },
  {
    row: "look-alike name",
    tests: ["one name is one person's on both sides, also for whoever looks alike"],
  },
  {
    row: "token",
    events: ["user.revoked", "token.issued", "token.ended"],
    originchats: "/token",
    sockchat: "/token",
    tests: [
      "a token asked for on OriginChats logs in on Sock Chat, in both forms, until it is revoked",
    ],
  },
  {
    row: "password",
    originchats: "/passwd",
    sockchat: "/passwd",
    tests: ["a new password ends the sessions of both sides but the one that asked"],
  },
  {
    row: "address",
    tests: [
      "raw addresses stand in no record, and none is kept longer than its session or its ban",
    ],
  },
  {
    row: "linking",
    events: ["link.joined", "link.removed", "user.merged"],
    originchats: "/link",
    sockchat: "/link",
    tests: [
      "a code from OriginChats makes a site's person the same one, who keeps the site's number",
      "a code from Sock Chat works on OriginChats, once, and both passwords stay",
    ],
  },
];

const rights: readonly CrossingRow[] = [
  {
    row: "`kick_members` or `manage_users`",
    tests: ["nobody acts upon an equal or higher rank, from either side"],
  },
  {
    row: "`ban_members` or `manage_users`",
    tests: ["nobody acts upon an equal or higher rank, from either side"],
  },
  {
    row: "`mute_members` or `manage_users`",
    tests: ["a silence from Sock Chat is rate_limit and a readable error, at once and at each try"],
  },
  {
    row: "`mention_everyone`",
    tests: ["/say on Sock Chat is one system message in the default channel"],
  },
  {
    row: "`change_nickname`",
    tests: ["an OriginChats nickname shows on Sock Chat with a tilde, as notice and packet 10"],
  },
  {
    row: "`manage_nicknames` or `manage_users`",
    tests: ["a nickname that a moderator gives on OriginChats is packet 10 without a notice"],
  },
  {
    row: "`create_channel`",
    tests: ["a channel of Sock Chat is listed on OriginChats to everybody, with its first line"],
  },
  {
    row: "`manage_channels`",
    tests: ["/rank and /password are of the channel where they are given, /delchan of any"],
  },
  {
    row: "`see_addresses`",
    tests: ["/whois on either side tells where a person of the other comes from"],
  },
  {
    row: "`view_audit_log` or `manage_users`",
    originchats: "modlog_get modlog_summary",
    tests: ["what is done on either side stands in the log that OriginChats reads"],
  },
  {
    row: "channel lists `view send delete delete_own edit_own react pin create_thread`",
    tests: ["/pin, /pins and /unpin, for those whom the channel lets"],
  },
];

const channels: readonly CrossingRow[] = [
  {
    row: "text channel",
    events: ["channel.created"],
    originchats: "channels_get channel_create /create",
    sockchat: "/create",
    tests: [
      "a channel of OriginChats is one on Sock Chat under a name in its alphabet",
      "a channel of Sock Chat is listed on OriginChats to everybody, with its first line",
    ],
  },
  {
    row: "minimum rank",
    originchats: "/rank",
    sockchat: "/rank",
    tests: ["a minimum rank is role names in permissions.view"],
  },
  {
    row: "password channel",
    events: ["channel.admitted", "channel.dismissed"],
    originchats: "/join /leave /password",
    sockchat: "/join /password",
    tests: [
      "a channel with a password is not listed until the person enters it, nor after leaving it",
      "the password stands nowhere on OriginChats, and an entry on one side opens the other",
    ],
  },
  {
    row: "temporary channel",
    tests: [
      "a temporary channel of an OriginChats owner says so and goes with the last session",
      "an owner on both protocols keeps a temporary channel until both are gone",
    ],
  },
  {
    row: "created",
    events: ["channel.updated", "channel.moved", "channel.deleted"],
    originchats: "channel_update channel_move channel_delete /delchan",
    sockchat: "/delchan",
    tests: [
      "a rename is 4.1 from the old name to the new, and 5.2 to whoever stands in it",
      "a deleted channel is 4.2, and its people stand in the default one",
      "whoever loses the view of the channel where he stands is moved to the default one",
    ],
  },
  {
    row: "channels that may not be viewed",
    tests: ["a hidden channel is to either side like one that is not there"],
  },
  {
    row: "voice channel",
    events: ["voice.joined", "voice.left", "voice.muted"],
    originchats: "voice_join voice_leave voice_mute voice_unmute voice_state",
    tests: ["/who marks whoever is in voice"],
  },
  {
    row: "forum and threads",
    events: ["thread.created", "thread.updated", "thread.deleted", "thread.joined", "thread.left"],
    originchats: `thread_create thread_get thread_messages thread_update thread_delete thread_join thread_leave`,
    sockchat: "/thread",
    tests: [
      "a new thread is added to the list of those who may view its forum",
      "an archived thread leaves the list, its people are moved first; a message brings it back",
      "/thread opens one in a forum, and whoever opened it stands there",
      "the first words in a thread that is open and empty come with a page, to nobody else",
    ],
  },
  { row: "separator", tests: ["a hidden channel is to either side like one that is not there"] },
  {
    row: "topic/description",
    originchats: "/topic",
    sockchat: "/topic",
    tests: [
      "/topic tells what a channel is about, and those who manage it change it for everybody",
    ],
  },
  {
    row: "history on entry",
    originchats: "messages_get messages_around message_get message_replies embeds_list pings_get",
    tests: [
      "who comes later finds the history, oldest first",
      "a newer client knows the server by its key, reads all pages and writes",
    ],
  },
];

const messages: readonly CrossingRow[] = [
  {
    row: "posted",
    events: ["message.posted"],
    originchats: "message_new",
    sockchat: "2",
    tests: [
      "a message from OriginChats is packet 2 with the message's small number on Sock Chat",
      "a message from Sock Chat is message_new with a UUID on OriginChats, in Markdown",
    ],
  },
  {
    row: "action",
    originchats: "/me",
    sockchat: "/me",
    tests: ["an action is italics on OriginChats and flags 11000 on Sock Chat"],
  },
  {
    row: "edited",
    events: ["message.edited"],
    originchats: "message_edit",
    sockchat: "/edit",
    tests: [
      "an edit of a recent message is a deletion and the message again, under the same number",
      "/edit changes the newest of one's own, and nobody else's",
    ],
  },
  {
    row: "first message of a channel",
    tests: ["a channel of Sock Chat is listed on OriginChats to everybody, with its first line"],
  },
  {
    row: "deleted",
    events: ["message.deleted"],
    originchats: "message_delete",
    sockchat: "/delete /delmsg",
    tests: ["a deletion crosses both ways"],
  },
  {
    row: "reply",
    sockchat: "/reply",
    tests: [
      "a reply of OriginChats has the original's first words above it",
      "a first line `> name: words…` on Sock Chat becomes a reply, which pings its author",
      "words with an emoji, a channel, a role or code are quoted as they are shown, and copied they are a reply",
    ],
  },
  {
    row: "reaction added/removed",
    events: ["reaction.added", "reaction.removed"],
    originchats: "message_react_add message_react_remove",
    sockchat: "/react /unreact",
    tests: [
      "reactions are told in one notice some time after the last",
      "/react and /unreact mean the newest message, somebody's, or one by number",
    ],
  },
  {
    row: "pin",
    events: ["pin.added", "pin.removed"],
    originchats: "message_pin message_unpin messages_pinned",
    sockchat: "/pin /unpin /pins",
    tests: ["a pin and its end are a notice each"],
  },
  {
    row: "attachment",
    events: ["attachment.added", "attachment.deleted"],
    originchats: "attachment_get attachment_delete",
    tests: ["an attachment is a line each: name, size, address, in the author's own message"],
  },
  {
    row: "embed",
    events: ["webhook.created", "webhook.updated", "webhook.renewed", "webhook.deleted"],
    originchats: `webhook_create webhook_get webhook_list webhook_update webhook_regenerate webhook_delete`,
    tests: [
      "what a webhook posts is a notice under its name, and its embeds are too",
      "a person's embed is a notice under the person's name",
    ],
  },
  {
    row: "poll",
    events: ["poll.voted", "poll.ended"],
    originchats: "poll_create poll_vote poll_end poll_results poll_get",
    sockchat: "/poll /vote",
    tests: [
      "a new poll is one notice under the number of its message, live and in the history",
      "each vote, on either side, tells the running result",
      "a vote that changes nothing is answered, and told to nobody else",
    ],
  },
  {
    row: "whisper",
    originchats: "/msg",
    sockchat: "/msg",
    tests: [
      "a whisper is a private channel on OriginChats and the private bit on Sock Chat, and back",
      "whispers to somebody who is nowhere wait for the next sign-in, and come once",
      "a newer client opens a whisper with nobody told, and the first words begin it",
    ],
  },
  {
    row: "broadcast",
    events: ["message.announced"],
    originchats: "/say",
    sockchat: "/say",
    tests: ["/say on OriginChats is the say notice to everyone, and its own answer"],
  },
  {
    row: "read mark",
    events: ["unread.marked"],
    originchats: "unreads_ack unreads_get unreads_count",
    tests: ["who moves on to another channel on Sock Chat has read the one before"],
  },
  {
    row: "typing",
    originchats: "typing",
    sockchat: "4",
    tests: ["typing in a thread is told in the thread"],
  },
  { row: "mention", tests: ["@name from Sock Chat pings on OriginChats"] },
  {
    row: "slash command registered by an OC bot",
    events: ["slash.registered", "slash.removed", "slash.called", "slash.answered"],
    originchats: "slash_register slash_response",
    tests: [
      "a bot's command is called by position from Sock Chat, and its answer is a notice there",
    ],
  },
  {
    row: "SC command typed on OC",
    originchats: "slash_list slash_call",
    tests: [
      "/topic is told on Sock Chat, and changed by those who manage the channel alone",
      "/bans names who is barred and from where, /unbanip lets an address in again",
    ],
  },
  {
    row: "search",
    originchats: "messages_search /help",
    sockchat: "/search /help",
    tests: [
      "/search finds what is written where one stands",
      "/roles and /help say what there is, and to whom",
    ],
  },
  {
    row: "custom emoji",
    events: ["emoji.added", "emoji.updated", "emoji.deleted"],
    originchats: `emoji_get_all emoji_list emoji_get_id emoji_get_filename emoji_add emoji_update
      emoji_delete`,
    tests: ["a custom emoji is its name, in a text and after it is renamed"],
  },
  {
    row: "link to a channel",
    tests: ["a channel that an OriginChats client links to is its name"],
  },
  { row: "empty", tests: ["what shows nothing, and what is too long, is refused on either side"] },
  { row: "cut texts", tests: ["a quotation ends between letters, on either side"] },
  {
    row: "names and Sock Chat's reasons in what the server says",
    tests: ["what a moderator of Sock Chat does is said on OriginChats, with who and why"],
  },
  {
    row: "half of a surrogate pair",
    tests: ["half of a surrogate pair is U+FFFD to everybody"],
  },
  { row: "length", tests: ["what shows nothing, and what is too long, is refused on either side"] },
  {
    row: "markup",
    tests: [
      "what is typed on OriginChats has our tags on Sock Chat, and no others",
      "what is typed on Sock Chat is Markdown on OriginChats, and its marks are words",
      "whoever writes in a protocol gets back what was typed there",
    ],
  },
  {
    row: "line breaks",
    tests: ["line breaks, tabs, tags, control characters and directions end where they stand"],
  },
];

const markupTests = [
  "what is typed on OriginChats has our tags on Sock Chat, and no others",
  "what is typed on Sock Chat is Markdown on OriginChats, and its marks are words",
] as const;

const markup: readonly CrossingRow[] = [
  "bold",
  "italics",
  "struck",
  "underlined",
  "code",
  "block of code",
  "spoiler",
  "link",
  "picture",
  "quote",
  "heading",
  "list",
].map((row) => ({ row, tests: markupTests }));

const moderation: readonly CrossingRow[] = [
  {
    row: "kick",
    events: ["moderation.kicked"],
    originchats: "/kick",
    sockchat: "/kick",
    tests: [
      "a kick without a time lets the person come back at once",
      "what a moderator of Sock Chat does is said on OriginChats, with who and why",
    ],
  },
  {
    row: "ban",
    events: ["moderation.banned"],
    originchats: "user_ban /ban",
    sockchat: "/ban",
    tests: [
      "a ban from OriginChats closes the person's sockets on both sides and keeps both shut",
      "a ban from Sock Chat with a time closes both sides, with its end in packet 9 and joinfail",
    ],
  },
  {
    row: "unban",
    events: ["moderation.unbanned"],
    originchats: "user_unban users_banned_list /unban /unbanip /bans",
    sockchat: "/unban /unbanip /bans",
    tests: ["/bans names who is barred and from where, /unbanip lets an address in again"],
  },
  {
    row: "silence ⇄ timeout",
    events: ["moderation.silenced", "moderation.unsilenced"],
    originchats: "user_timeout /mute /unmute /silence /unsilence",
    sockchat: "/silence /unsilence",
    tests: [
      "a time-out from OriginChats is the silence notice, and lifting it is unsil",
      "a silence from Sock Chat is rate_limit and a readable error, at once and at each try",
    ],
  },
  {
    row: "message budget",
    events: ["moderation.refilled"],
    originchats: "rate_limit_status rate_limit_reset",
    tests: ["one message budget holds over both protocols, and each says so in its own way"],
  },
  {
    row: "budget of acts",
    tests: ["one budget of acts holds over both protocols, and each says so in its own way"],
  },
  { row: "packet flood", tests: ["a flood of packets ends on either side, and others hear why"] },
  {
    row: "budget of read marks",
    tests: ["too many read marks are refused, and the page is answered all the same"],
  },
  {
    row: "rules of rank",
    tests: ["nobody acts upon an equal or higher rank, from either side"],
  },
];

const house: readonly CrossingRow[] = [
  {
    row: "sign-in",
    originchats: "ping capabilities",
    sockchat: "0 1 3",
    tests: [
      "a newer client knows the server by its key, reads all pages and writes",
      "a person on both protocols is one person, and comes and goes once",
    ],
  },
  {
    row: "leaving for good",
    events: ["user.departed"],
    originchats: "user_leave user_delete",
    tests: ["whoever leaves for good is gone on both sides, and what they said stays"],
  },
  {
    row: "being forgotten",
    events: ["user.erased", "user.forgotten"],
    tests: ["whoever is erased is gone on both sides, with all that they said"],
  },
  {
    row: "the server's name and pictures",
    events: ["server.updated"],
    originchats: "server_info server_update",
    tests: ["what has no place on Sock Chat sends nothing there"],
  },
  {
    row: "leaving a protocol",
    events: ["server.phased"],
    originchats: "adoption_get",
    tests: [
      "announced: a notice at once and at each sign-in, on the protocol that is left alone",
      "closed: who is there goes with the last word, who comes is refused, the owner is not",
      "closed on OriginChats: its client comes back, and is told why it is not let in",
      "a page of OriginChats that is not let in shows a channel with the words, and comes in after a step back",
      "a page of Sock Chat that is not let in shows a channel with the words, and is answered there",
    ],
  },
  {
    row: "moving over",
    originchats: "/move",
    sockchat: "/move",
    tests: [
      "a person of a site goes on as the same one, by a code and then by a password of their own",
      "from OriginChats one goes on by a token that clients of Sock Chat can show again",
    ],
  },
  {
    row: "picture of a person",
    events: ["user.pictured"],
    originchats: "pfp_set pfp_get",
    tests: ["what has no place on Sock Chat sends nothing there"],
  },
  {
    row: "push notifications",
    events: ["push.subscribed", "push.unsubscribed"],
    originchats: "push_get_vapid push_subscribe push_unsubscribe",
    tests: ["what has no place on Sock Chat sends nothing there"],
  },
  {
    row: "plugins",
    originchats: "plugins_list plugins_reload",
    tests: ["what has no place on Sock Chat sends nothing there"],
  },
  {
    row: "the house itself",
    events: [
      "leader.started",
      "journal.skipped",
      "journal.levelled",
      "journal.filled",
      "import.stored",
      "server.signalled",
    ],
    tests: ["a silence outlives the core that decided it"],
  },
];

/** All rows, in the order of the bridge table. */
export const crossingRows: readonly CrossingRow[] = [
  ...people,
  ...rights,
  ...channels,
  ...messages,
  ...markup,
  ...moderation,
  ...house,
];

/** Words that stand in one text. */
export const wordsOf = (text = ""): readonly string[] => text.split(/\s+/).filter(Boolean);
