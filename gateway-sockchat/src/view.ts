/** Canonical people, channels and messages as Sock Chat shows them. Pure; asks the roster and nobody else. */
import {
  type About,
  type Actor,
  type Author,
  actCommands,
  beginning,
  type Channel,
  firstLetters,
  holds,
  isLonger,
  type Message,
  type Role,
  type RoleId,
  type RosterUser,
  rankOf,
  type Session,
  type Status,
  sees,
  type UserId,
  type WebhookAuthor,
  withoutUnseen,
} from "@dragoman/bus-schema";
import type { Roster, View } from "@dragoman/gateway-kit";
import { notice } from "./bot.ts";
import { contentText, quotedWords, shownEmoji } from "./client-form.ts";
import { attachmentLines, embedText, underEachOther } from "./file-text.ts";
import { bot, italic, type Line, type ListedChannel, type Person } from "./packet.ts";
import { pollText } from "./poll.ts";
import { type Room, roomAt } from "./room.ts";
import { empty, escapeName, escapeText, type Html, join, safe, vouch } from "./text.ts";
import { embedLineId, quoteLineId, ToldLines } from "./told.ts";

/** Epoch milliseconds in the unit of packets: whole seconds. */
export const secondsOfMs = (ms: number): number => Math.floor(ms / 1000);
const secondsOfUs = (us: number): number => Math.floor(us / 1_000_000);

/**
 * A person with all roles, banned and departed people too: what they look like does not change by that. What
 * they may do is `Roster.actor`'s to say.
 */
export function appearance(user: RosterUser, roster: Roster): Actor {
  return appearanceWith(user, user.roleIds, (roleId) => roster.role(roleId));
}

/** The same with other roles: what the person looked like before they changed. */
export function appearanceWith(
  user: RosterUser,
  roleIds: readonly RoleId[],
  find: (roleId: RoleId) => Role | undefined,
): Actor {
  const roles: Role[] = [];
  for (const roleId of roleIds) {
    const role = find(roleId);
    if (role !== undefined) roles.push(role);
  }
  return { userId: user.userId, roles };
}

/** The five parts of reference part 6: rank, moderate, logs, nick, create channels. */
function permsOf(actor: Actor): Html {
  const flag = (held: boolean): number => (held ? 1 : 0);
  const create = holds(actor, "manageChannels") ? 2 : flag(holds(actor, "createChannel"));
  return vouch(
    [
      rankOf(actor),
      flag(holds(actor, "kick")),
      flag(holds(actor, "viewAuditLog")),
      flag(holds(actor, "changeNickname")),
      create,
    ].join("\f"),
  );
}

/**
 * The person's own colour, else that of the first role, in the only two forms that clients put safely into a
 * style attribute.
 */
function colorOf(actor: Actor, own: string | null | undefined): Html {
  const color = own ?? actor.roles[0]?.color ?? "";
  if (/^#[0-9a-f]{6}$/i.test(color)) return vouch(color);
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  if (short === null) return vouch("inherit");
  return vouch(
    `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join("")}`,
  );
}

/** Graphemes of the mark of somebody who is away, and their code points: one grapheme may have any number. */
const tagMax = 5;
const tagPointsMax = 40;

/** The mark of somebody who is away: by `/afk`, or `idle` or `dnd` with a text (bridge table, away). */
function tagOf({ status, text, afk }: Status): string | undefined {
  const words = text.trim();
  if (afk === undefined && (words === "" || (status !== "idle" && status !== "dnd"))) {
    return undefined;
  }
  const [word = ""] = (afk === undefined ? words : text).split(/\s/u, 1);
  const tag = firstLetters(word, tagMax).toUpperCase();
  return withoutUnseen(tag) === "" || isLonger(tag, tagPointsMax) ? "AFK" : tag;
}

/** A person's name without the mark of being away: `~nickname`, else the account's name in this protocol's alphabet. */
export function bareNameOf(user: Pick<RosterUser, "handle" | "nickname">): Html {
  const { handle, nickname } = user;
  return nickname === undefined ? escapeName(handle) : safe`~${escapeName(nickname)}`;
}

/** The name that lists show: what a person is called, behind the mark of whoever is away. */
export function nameOf(user: Pick<RosterUser, "handle" | "nickname" | "status">): Html {
  const tag = tagOf(user.status);
  return tag === undefined
    ? bareNameOf(user)
    : safe`&lt;${escapeName(tag)}&gt;_${bareNameOf(user)}`;
}

/** A person as packets name one. `actor` are the roles to show, if not those of now. */
export function personOf(
  user: RosterUser,
  roster: Roster,
  actor: Actor = appearance(user, roster),
): Person {
  return {
    number: user.number,
    name: nameOf(user),
    color: colorOf(actor, user.color),
    perms: permsOf(actor),
  };
}

// ---- channels -----------------------------------------------------------------------------------------

/** A channel's name in packets. */
export const slugOf = (channel: Channel): Html => vouch(channel.slug);

export function listedChannel(channel: Channel): ListedChannel {
  return {
    slug: slugOf(channel),
    hasPassword: channel.hasPassword,
    temporary: channel.temporary,
  };
}

/** Whether a channel is one on Sock Chat at all, and this person may see it. */
export function isListedFor(user: RosterUser, channel: Room, roster: Roster): boolean {
  return channel.kind === "text" && sees(channel, roster.actor(user.userId));
}

/** The channel that a session stands in now; the roster knows of moves that the session itself does not. */
export function channelOf(session: Session, roster: Roster): Room | undefined {
  const { place } = roster.session(session.sessionId) ?? session;
  return place && roomAt(place, roster);
}

// ---- messages -----------------------------------------------------------------------------------------

const acts: ReadonlySet<string> = new Set(actCommands);

/**
 * Whether a message is the server's word of an act for which this protocol has packets of its own, and the reference no
 * line: a kick, a ban, a silence, a nickname (bridge table, Moderation).
 */
function isToldByPackets({ author, interaction }: Message): boolean {
  return author.kind === "system" && interaction !== undefined && acts.has(interaction.command);
}

/** A notice as a line: by the bot, with a number of its own unless a message stands behind it. */
export function noticeLine(body: Html, atSeconds: number, id: number): Line {
  return { seconds: atSeconds, author: bot, body, id, flags: "10010" };
}

/** What the server's own lines are by, where a text names their author: the same as on OriginChats. */
const systemName = "originChats";

/** The person who wrote something, whose account may be part of another by now; undefined: the server. */
export const authorOf = (
  { author }: Pick<Message, "author">,
  roster: Roster,
): RosterUser | undefined => (author.kind === "user" ? roster.person(author.userId) : undefined);

/** The name of whoever wrote something, as it stands in a text. */
function authorName(author: Author, roster: Roster): Html {
  if (author.kind === "system") return escapeName(systemName);
  const user = roster.person(author.userId);
  return user === undefined ? vouch("?") : bareNameOf(user);
}

/** The name of a person of whom an event tells. */
export function nameById(userId: UserId, roster: Roster): Html {
  return authorName({ kind: "user", userId }, roster);
}

/** The first words of a message where others follow, or an emoji. */
function firstWords(words: string, max: number): Html {
  const whole = words.trim();
  const cut = beginning(whole, max);
  return escapeText(cut === whole ? whole : `${cut}…`);
}

/** What stands in front of all that a whisper becomes but its own lines; empty elsewhere. */
export function privateMark({ peopleIds }: Channel, roster: Roster): Html {
  if (peopleIds === undefined) return empty;
  const names = peopleIds.map((userId) => nameById(userId, roster));
  return safe`(private, ${join(names, " and ")}) `;
}

const wordsMax = 60;
const emojiMax = 32;

/** With it begins the line above a reply, and no other that the bot says. */
const quoteMark = "»";

/** `name: first words…`, or the name alone where the message has no text. */
export function quoteOf(author: Author, excerpt: string, roster: Roster): Html {
  const words = firstWords(quotedWords(excerpt, roster), wordsMax);
  const name = authorName(author, roster);
  return words === "" ? name : safe`${name}: ${words}`;
}

/** How a notice names a message: `a message by ada: first words…`. */
export function aboutText({ author, excerpt }: About, roster: Roster): Html {
  return safe`a message by ${quoteOf(author, excerpt, roster)}`;
}

/** What somebody reacted with, as a notice says it: `:name:` for an emoji of the community. */
export function emojiText(emoji: string, roster: Roster): Html {
  return firstWords(shownEmoji(emoji, roster).replaceAll(quoteMark, ""), emojiMax);
}

/** The answer to a slash command, by whoever gives it. */
export function answerText(message: Message, view: View): Html {
  const { author, content, embeds = [] } = message;
  const parts = [
    contentText(content, view),
    ...embeds.map((embed) => embedText(embed, view)),
  ].filter((part) => part !== "");
  const text = vouch(parts.join(" <br/> "));
  return author.kind === "system" ? text : safe`${authorName(author, view.roster)}: ${text}`;
}

function bodyOf(message: Message, view: View, mark: Html): Html {
  const text = contentText(message.content, view);
  const written = message.content.text === "" ? [] : [safe`${text}${mark}`];
  const whole = underEachOther([...written, ...attachmentLines(message, view)]);
  return message.kind === "action" ? italic(whole) : whole;
}

/**
 * The line above a reply. The bot says it: nobody can type what looks the same, and it goes without the reply when the
 * words of the original do.
 */
function quoteLine(message: Message, at: number, secret: Html, view: View): Line | undefined {
  if (message.replyTo === undefined) return undefined;
  const { messageId, author, excerpt = "" } = message.replyTo;
  const id = quoteLineId(message.number);
  view.roster.extension(ToldLines).add(messageId, id);
  const quote = quoteOf(author, excerpt, view.roster);
  return noticeLine(notice("say", safe`${secret}${vouch(quoteMark)} ${quote}`), at, id);
}

/** The body with the webhook's name in front, if one posted it; what the server says stands without a name. */
function withWebhookName({ webhook }: Message, body: Html): Html {
  return webhook === undefined ? body : safe`${webhookName(webhook)}: ${body}`;
}

function webhookName({ github, name }: WebhookAuthor): Html {
  const shown = github === true ? "GitHub" : name.replaceAll("\n", " ").replaceAll(quoteMark, "");
  return escapeText(shown);
}

function shownAuthor({ webhook, author }: Message, roster: Roster): Html {
  return webhook === undefined ? authorName(author, roster) : webhookName(webhook);
}

/**
 * The lines that a message is: above a reply whom it answers, its text by its author, then a notice for each embed.
 * What no person wrote is a notice. One line carries the message's number, the others are kept as told of it, so that
 * a deletion finds them.
 * @param atUs the time that clients show
 */
export function linesOf(
  message: Message,
  view: View,
  atUs: number = message.createdAtUs,
): readonly Line[] {
  if (isToldByPackets(message)) return [];
  const { roster } = view;
  const at = secondsOfUs(atUs);
  const mark = message.editedAtUs === undefined ? empty : vouch(" (edited)");
  if (message.interaction !== undefined && message.author.kind === "user") {
    const text = safe`${answerText(message, view)}${mark}`;
    return [noticeLine(notice("say", text), at, message.number)];
  }
  const user = authorOf(message, roster);
  const room = roomAt(message.place, roster);
  const secret = room === undefined ? empty : privateMark(room, roster);
  const quote = quoteLine(message, at, secret, view);
  const lines: Line[] = [];
  if (message.content.text !== "" || message.attachments !== undefined) {
    const body = bodyOf(message, view, mark);
    lines.push(
      user === undefined
        ? noticeLine(notice("say", withWebhookName(message, body)), at, message.number)
        : {
            seconds: at,
            author: personOf(user, roster),
            body,
            id: message.number,
            flags: message.kind === "action" ? "11000" : "10010",
          },
    );
  }
  if (message.poll !== undefined) {
    const poll = escapeText(pollText(message.poll, room?.kind === "whisper", roster));
    const text = safe`${secret}${authorName(message.author, roster)}: ${poll}${mark}`;
    lines.push(noticeLine(notice("say", text), at, message.number));
  }
  for (const [index, embed] of (message.embeds ?? []).entries()) {
    const isFirst = lines.length === 0;
    const id = isFirst ? message.number : embedLineId(message.number, index);
    const words = safe`${embedText(embed, view)}${isFirst ? mark : empty}`;
    const text = safe`${secret}${shownAuthor(message, roster)}: ${words}`;
    lines.push(noticeLine(notice("say", text), at, id));
  }
  const all = quote === undefined ? lines : [quote, ...lines];
  const told = roster.extension(ToldLines);
  for (const { id } of all) if (id !== message.number) told.add(message.messageId, id);
  return all;
}
