/**
 * Who may do what: for each command, and each case of it, the questions that are asked in this order; the first
 * whose answer is no refuses. `docs/permissions.md` is written from it, and a test holds the decider to it.
 */
import type { ChannelRight, CommandType, RejectionCode, Right } from "@dragoman/bus-schema";

/** One question, and the refusal where the answer is no. */
export type Ask =
  /** A role permission, `not_permitted` without it. */
  | { readonly ask: "right"; readonly right: Right }
  /** Roles by name, `not_permitted` without any. */
  | { readonly ask: "role"; readonly names: readonly string[] }
  /** The place is seen (and read, where it has a password); `not_found` otherwise, as where there is none. */
  | { readonly ask: "view" }
  /** The same, but whoever manages channels need not see it; a whisper is nobody's to manage. */
  | { readonly ask: "view or manage" }
  /** The channel's list of that right names one of the person's roles. */
  | { readonly ask: "list"; readonly list: ChannelRight }
  /** The place is of one of these. */
  | { readonly ask: "kind"; readonly kinds: readonly KindOfPlace[]; readonly else: RejectionCode }
  /** The other person ranks lower. */
  | { readonly ask: "outranks" }
  /** The other person is no owner, or whoever asks is one. */
  | { readonly ask: "no owner" }
  /** The role stands below one's own, or one is an owner. */
  | { readonly ask: "manages role" }
  /** Nobody may. */
  | { readonly ask: "never"; readonly else: RejectionCode };

export type KindOfPlace = "text" | "voice" | "forum" | "thread" | "whisper";

export interface Rule {
  readonly command: CommandType;
  /** Which case of the command, where there are several. */
  readonly what?: string;
  /** What the outcome hangs on beside the asker's roles: nothing, the place, another person, a role. */
  readonly over?: "place" | "person" | "role";
  /** Of `over: "place"`: the only ones where it can be asked; all by default. */
  readonly only?: readonly KindOfPlace[];
  readonly asks: readonly Ask[];
}

/** Commands that no signed-in person gives, and who does. */
export const others: ReadonlyMap<string, string> = new Map<CommandType, string>([
  ["session.open", "a gateway, for somebody whom a ticket proves"],
  ["session.close", "a gateway, for its own session"],
  ["session.flood", "a gateway, for its own session"],
  ["webhook.post", "a gateway, for whoever holds the webhook's token"],
  ["canary.cross", "a gateway, for itself: nothing of it is stored or shown"],
  ["user.add", "an operator"],
  ["journal.skip", "an operator"],
  ["server.phase", "an operator"],
  ["server.signal", "an operator"],
  ["server.configure", "an operator"],
  ["import.messages", "an operator"],
  ["import.revise", "an operator"],
  ["import.marks", "an operator"],
  ["import.person", "an operator"],
  ["import.merge", "an operator"],
  ["import.silence", "an operator"],
  ["import.push", "an operator"],
  ["import.roles", "an operator"],
  ["import.channel", "an operator"],
  ["import.thread", "an operator"],
  ["import.attachment", "an operator"],
  ["import.emoji", "an operator"],
  ["import.webhook", "an operator"],
  ["user.reset", "an operator"],
  ["invite.create", "an operator"],
  ["invite.revoke", "an operator"],
  ["user.erase", "an operator"],
]);

const right = (of: Right): Ask => ({ ask: "right", right: of });
const list = (of: ChannelRight): Ask => ({ ask: "list", list: of });
const kind = (code: RejectionCode, ...kinds: KindOfPlace[]): Ask => ({
  ask: "kind",
  kinds,
  else: code,
});
const view: Ask = { ask: "view" };
const viewOrManage: Ask = { ask: "view or manage" };
const outranks: Ask = { ask: "outranks" };
const managesRole: Ask = { ask: "manages role" };
const never: Ask = { ask: "never", else: "not_permitted" };
const talk: readonly KindOfPlace[] = ["text", "thread", "whisper"];
const takesMessages: Ask = kind("invalid", ...talk);

type Over = NonNullable<Rule["over"]>;
const plain = (command: CommandType, ...asks: Ask[]): Rule => ({ command, asks });
const on =
  (over: Over) =>
  (command: CommandType, ...asks: Ask[]): Rule => ({ command, over, asks });
const inPlace = on("place");
const onPerson = on("person");
const onRole = on("role");
const where = (what: string, rule: Rule): Rule => ({ ...rule, what });
const only = (rule: Rule, ...kinds: KindOfPlace[]): Rule => ({ ...rule, only: kinds });
const channels: readonly KindOfPlace[] = ["text", "voice", "forum", "whisper"];

export const rules: readonly Rule[] = [
  inPlace("message.post", view, list("send"), takesMessages),
  where("one's own", inPlace("message.edit", view, list("edit_own"))),
  where("another's", inPlace("message.edit", view, never)),
  where("one's own", inPlace("message.delete", view, list("delete_own"))),
  where("another's", inPlace("message.delete", view, list("delete"))),
  plain("message.whisper"),
  plain("message.announce", right("announce")),
  inPlace("reaction.add", view, list("react")),
  inPlace("reaction.remove", view, list("react")),
  inPlace("pin.add", view, list("pin")),
  inPlace("pin.remove", view, list("pin")),
  inPlace("typing.start", view),
  inPlace("unread.mark", view),
  inPlace("poll.create", right("sendMessages"), view, list("send"), takesMessages),
  only(inPlace("poll.vote", view), ...talk),
  where("another's", only(inPlace("poll.end", view, right("manageMessages")), ...talk)),
  only(
    inPlace("thread.create", view, kind("invalid", "forum"), list("create_thread")),
    ...channels,
  ),
  where("another's", only(inPlace("thread.update", view, right("manageThreads")), "thread")),
  where("another's", only(inPlace("thread.delete", view, right("manageThreads")), "thread")),
  only(inPlace("thread.join", view), "thread"),
  only(inPlace("thread.leave", view), "thread"),
  inPlace("session.move", view, kind("not_found", "text", "thread")),
  only(inPlace("attachment.add", view, list("send")), ...channels),
  where("another's", plain("attachment.delete", { ask: "role", names: ["owner", "admin"] })),
  where("a temporary text channel", plain("channel.create", right("createChannel"))),
  where("any other kind", plain("channel.create", right("createChannel"), right("manageChannels"))),
  where(
    "another's",
    only(
      inPlace("channel.update", right("createChannel"), viewOrManage, right("manageChannels")),
      ...channels,
    ),
  ),
  only(inPlace("channel.move", right("manageChannels"), viewOrManage), ...channels),
  where(
    "another's",
    only(inPlace("channel.delete", viewOrManage, right("manageChannels")), ...channels),
  ),
  where(
    "without an admission",
    only(inPlace("channel.leave", viewOrManage, never), "text", "voice", "forum"),
  ),
  where("a private channel", only(inPlace("channel.leave", view), "whisper")),
  onPerson("moderation.kick", right("kick"), outranks),
  onPerson("moderation.ban", right("ban"), outranks),
  onPerson("moderation.unban", right("unban")),
  onPerson("moderation.silence", right("silence"), outranks),
  onPerson("moderation.unsilence", right("silence"), outranks),
  onPerson("moderation.refill", right("manageServer")),
  where("one's own", plain("user.nick", right("changeNickname"))),
  where("another's", onPerson("user.nick", right("manageNicknames"), outranks)),
  onPerson("user.rename", right("manageUsers"), outranks),
  where(
    "a role below all others",
    onPerson("user.assign", right("manageUsers"), { ask: "no owner" }, outranks),
  ),
  where("oneself", plain("user.depart")),
  where("another", onPerson("user.depart", { ask: "role", names: ["owner"] }, outranks)),
  plain("user.picture"),
  plain("user.token"),
  plain("user.revoke"),
  plain("user.password"),
  plain("role.create", right("manageRoles")),
  where("its colour", onRole("role.update", right("manageRoles"), managesRole)),
  where("of no channel's lists", plain("role.delete", right("manageRoles"))),
  where("the last two", plain("role.reorder", right("manageRoles"))),
  where("that everybody may take", plain("role.take")),
  where("that not everybody may take", onRole("role.take", never)),
  where("that everybody may take", plain("role.drop")),
  plain("status.set"),
  plain("status.back"),
  plain("server.update", right("manageServer")),
  plain("emoji.add", right("manageServer")),
  plain("emoji.update", right("manageServer")),
  plain("emoji.delete", right("manageServer")),
  plain("webhook.create", right("manageServer")),
  plain("webhook.update", right("manageServer")),
  plain("webhook.renew", right("manageServer")),
  plain("webhook.delete", right("manageServer")),
  plain("link.code"),
  where("with another's code", plain("link.join")),
  where(
    "of a provider that is not linked",
    plain("link.remove", { ask: "never", else: "not_found" }),
  ),
  only(inPlace("voice.join", view, kind("invalid", "voice")), ...channels),
  where("outside every voice channel", plain("voice.leave", { ask: "never", else: "not_found" })),
  where("outside every voice channel", plain("voice.mute", { ask: "never", else: "not_found" })),
  plain("slash.register"),
  where("that nobody registered", plain("slash.call", { ask: "never", else: "not_found" })),
  where(
    "to no call",
    only(
      inPlace("slash.respond", view, kind("invalid", "text", "whisper"), list("send")),
      ...channels,
    ),
  ),
  plain("push.subscribe"),
  plain("push.unsubscribe"),
];
