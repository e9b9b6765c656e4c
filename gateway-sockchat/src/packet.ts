/** One pure encoder per server packet and sub-packet (reference, part 2.2). Times are epoch seconds. */
import type { Packet } from "@dragoman/gateway-kit";
import { botName } from "./bot-name.ts";
import { empty, type Html, safe, vouch } from "./text.ts";
import { encode, type Field } from "./wire.ts";

/** A person as packets name one. `perms` are the five parts of part 6, joined by form feeds. */
export interface Person {
  readonly number: number;
  readonly name: Html;
  readonly color: Html;
  readonly perms: Html;
}

/** The author of notices. */
export const bot: Person = {
  number: -1,
  name: vouch(botName),
  color: vouch("inherit"),
  perms: empty,
};

/** Bold name, italic name, underlined name, colon, private. */
type Flags = "10010" | "11000" | "10011";

/** A line of chat, in whichever form it goes out. */
export interface Line {
  readonly seconds: number;
  readonly author: Person;
  readonly body: Html;
  readonly id: number;
  readonly flags: Flags;
}

export interface ListedChannel {
  readonly slug: Html;
  readonly hasPassword: boolean;
  readonly temporary: boolean;
}

const bool = (value: boolean): 0 | 1 => (value ? 1 : 0);
const person = (of: Person): readonly Field[] => [of.number, of.name, of.color, of.perms];
const channel = (of: ListedChannel): readonly Field[] => [
  of.slug,
  bool(of.hasPassword),
  bool(of.temporary),
];
/** Null is for ever: `-1`. */
const expiry = (untilMs: number | null): number =>
  untilMs === null ? -1 : Math.ceil(untilMs / 1000);

/** 0 Pong. */
export const pongPacket = (): Packet => encode("0", vouch("pong"));

/** 1.y Authorization Success, with the trailing form that is right for every stored client. */
export const signInPacket = (
  self: Person,
  channelName: Html,
  lengthMax: number,
  sessionId: Html,
): Packet => encode("1", vouch("y"), ...person(self), channelName, lengthMax, sessionId, lengthMax);

export type FailureReason = "authfail" | "sockfail" | "userfail";

/** 1.n Authorization Failure. */
export const signInFailurePacket = (reason: FailureReason): Packet =>
  encode("1", vouch("n"), vouch(reason));

/** 1.n `joinfail`, with the end of the ban; null is for ever. */
export const signInBannedPacket = (untilMs: number | null): Packet =>
  encode("1", vouch("n"), vouch("joinfail"), expiry(untilMs));

/** 1.# User Add: somebody came from nowhere. */
export const userAddPacket = (seconds: number, who: Person, id: number): Packet =>
  encode("1", seconds, ...person(who), id);

/** 2 Message Add. The author must be known to the client, or be the bot. */
export const messageAddPacket = (line: Line): Packet =>
  encode("2", line.seconds, line.author.number, line.body, line.id, vouch(line.flags));

export type LeaveReason = "leave" | "kick" | "flood";

/** 3 User Remove: somebody has gone from everywhere. */
export const userRemovePacket = (
  who: Person,
  reason: LeaveReason,
  seconds: number,
  id: number,
): Packet => encode("3", who.number, who.name, vouch(reason), seconds, id);

/** 4.0 Channel Add. */
export const channelAddPacket = (which: ListedChannel): Packet => encode("4", 0, ...channel(which));
/** 4.1 Channel Update. */
export const channelUpdatePacket = (before: Html, which: ListedChannel): Packet =>
  encode("4", 1, before, ...channel(which));
/** 4.2 Channel Remove. */
export const channelRemovePacket = (slug: Html): Packet => encode("4", 2, slug);

/** 5.0 Channel User Add, with permissions: without them clients take the id for these. */
export const channelUserAddPacket = (who: Person, id: number): Packet =>
  encode("5", 0, ...person(who), id);
/** 5.1 Channel User Remove. Only for people whom the client was given. */
export const channelUserRemovePacket = (who: number, id: number): Packet => encode("5", 1, who, id);
/** 5.2 Channel User Switch: the last packet of a move, and after each refused one. */
export const channelUserSwitchPacket = (slug: Html): Packet => encode("5", 2, slug);

/** 6 Message Remove. */
export const messageRemovePacket = (id: number): Packet => encode("6", id);

/** How 7.0 User List begins. So many `listedPerson` follow it. */
export const userListHead = (count: number): Packet => encode("7", 0, count);
/** A person in 7.0. */
export const listedPerson = (who: Person): string => `\t${[...person(who), 1].join("\t")}`;

/** 7.1 Message Add with its author inline: history, and live lines by people whom the client was not given. */
export const contextMessagePacket = (line: Line, notify: boolean): Packet =>
  encode(
    "7",
    1,
    line.seconds,
    ...person(line.author),
    line.body,
    line.id,
    bool(notify),
    vouch(line.flags),
  );

/** 7.2 Channel List. */
export const channelListPacket = (channels: readonly ListedChannel[]): Packet =>
  encode("7", 2, channels.length, ...channels.flatMap(channel));

/** 8 Context Clear: 0 messages, 1 users, 3 both. Modes 2 and 4 hang the original client for ever. */
export const contextClearPacket = (mode: 0 | 1 | 3): Packet => encode("8", mode);

/** 9 Forced Disconnect without a time. */
export const disconnectPacket = (): Packet => encode("9", 0);
/** 9 Forced Disconnect with the end of the ban; null is for ever. */
export const disconnectUntilPacket = (untilMs: number | null): Packet =>
  encode("9", 1, expiry(untilMs));

/** 10 User Update. Only for people whom the client was given. */
export const userUpdatePacket = (who: Person): Packet => encode("10", ...person(who));

/** 11 in the form of client info: our name and the granted set, joined by form feeds, maybe empty. */
export const serverInfoPacket = (granted: readonly string[]): Packet =>
  encode("11", vouch("Dragoman"), vouch(granted.join("\f")));
/** 11 in the form of the capability exchange: the granted set, joined by spaces. */
export const capabilitiesPacket = (granted: readonly string[]): Packet =>
  encode("11", vouch(granted.join(" ")));

/** 12 Typing, for sessions with that capability. */
export const typingPacket = (channelName: Html, who: number, seconds: number): Packet =>
  encode("12", channelName, who, seconds);

/** An action's body: the sanitised text in italics. */
export const italic = (text: Html): Html => safe`<i>${text}</i>`;
