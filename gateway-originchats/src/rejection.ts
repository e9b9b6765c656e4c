/**
 * Refusals in this protocol's words: complete over the closed list of codes. A command's row replaces a text
 * where the reference gives that command one of its own. Texts matter: the stock client tests their words
 * (part 1, 3.5).
 */
import {
  nicknameMax,
  type Rejection,
  type RejectionCode,
  type RejectionOf,
  rights,
} from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail, send } from "./answer.ts";
import { settings } from "./settings.ts";
import { encode, errorPacket, withListener } from "./wire.ts";

type Texts = {
  readonly [C in RejectionCode]: (rejection: RejectionOf<C>, nowMs: number) => string;
};
/** Texts of one command; undefined falls back to the table's. */
export type OwnTexts = {
  readonly [C in RejectionCode]?: (rejection: RejectionOf<C>) => string | undefined;
};

/** `auth_error` texts of part 1, 2.4 and 2.5. */
const loginTexts: Record<RejectionOf<"bad_login">["why"], string> = {
  unknown_user: "User not found",
  wrong_password: "Invalid password",
  not_local: "This account uses Rotur authentication",
  missing: "Username and password required",
  name_length: "Username must be 2-32 characters",
  password_length: "Password must be 4-72 characters",
  name_alphabet: "Username can only contain letters, numbers, hyphens, and underscores",
  taken: "Username already taken",
  registration_disabled: "Registration is disabled",
  provider_disabled: "Rotur authentication is disabled. Use login or register commands.",
  bad_token: "Invalid authentication",
};

/** What the lists of a channel refuse (part 2, sections 3 to 5). */
const listTexts: ReadonlyMap<string, string> = new Map([
  ["send", "You do not have permission to send messages in this channel"],
  ["delete", "You do not have permission to delete this message"],
  ["delete_own", "You do not have permission to delete your own message in this channel"],
  ["edit_own", "You do not have permission to edit your own message in this channel"],
  ["author", "You do not have permission to edit this message"],
  ["uploads", "You can only attach your own uploads"],
  ["uploader", "You can only delete your own attachments"],
  ["create_thread", "You do not have permission to create threads in this channel"],
  ["modify_thread", "You do not have permission to modify this thread"],
]);

/** Whom the original asks for the literal role (part 1, 5.2). */
export const ownerRequired = "Access denied: 'owner' role required";
const ownerRights: ReadonlySet<string> = new Set(["kick", "ban", "unban", "silence"]);

function notPermittedText(rejection: RejectionOf<"not_permitted">): string {
  if (rejection.hidden) return "Channel not found";
  if (ownerRights.has(rejection.need)) return ownerRequired;
  const list = listTexts.get(rejection.need);
  if (list !== undefined) return list;
  const permission = new Map<string, readonly string[]>(Object.entries(rights)).get(rejection.need);
  return `Access denied: '${permission?.[0] ?? rejection.need}' permission required`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const secondsLeft = (untilMs: number, nowMs: number): number =>
  Math.max(1, Math.ceil((untilMs - nowMs) / 1000));

/** Part 1, 8.2: a ban's text is the original's; the stock client shows either in its account window. */
function banText(rejection: RejectionOf<"banned">, nowMs: number): string {
  if (rejection.kind === "ban") return "Access denied: You are banned from this server";
  if (rejection.untilMs === null) return "Access denied: You were kicked from this server";
  const left = secondsLeft(rejection.untilMs, nowMs);
  return `Access denied: You were kicked from this server. Try again in ${left} seconds`;
}

const tenths = (waitMs: number): string => (waitMs / 1000).toFixed(1);

/** `rate_limit.reason` (part 1, 7.1). */
const limitReasons: Record<RejectionOf<"rate_limited">["why"], (waitMs: number) => string> = {
  burst: (waitMs) =>
    `Burst limit exceeded. You're in cooldown for ${Math.round(waitMs / 1000)} seconds`,
  cooldown: (waitMs) => `You are in cooldown for ${tenths(waitMs)} more seconds`,
  minute: (waitMs) => `Rate limit exceeded. Wait ${tenths(waitMs)} seconds`,
  logins: (waitMs) => `Too many login attempts. Wait ${tenths(waitMs)} seconds`,
  registrations: (waitMs) =>
    `Too many new accounts. Try again in ${Math.ceil(waitMs / 60_000)} minutes`,
  passwords: (waitMs) => `Too many wrong passwords. Wait ${tenths(waitMs)} seconds`,
  packets: (waitMs) => `Too many packets. Wait ${tenths(waitMs)} seconds`,
};

/** What is wrong with a field that people know under no name. */
const fieldTexts: ReadonlyMap<string, string> = new Map([
  ["file", "The file is damaged, or not what it seems"],
  ["invite", "This invite code is unknown, used up or has run out"],
]);

const texts: Texts = {
  not_authenticated: () => "Authentication required",
  bad_login: (rejection) => loginTexts[rejection.why],
  banned: banText,
  limit_reached: (rejection) => `Too many ${rejection.what}`,
  silenced: (rejection, nowMs) =>
    rejection.untilMs === null
      ? "You are timed out"
      : `You are timed out for ${secondsLeft(rejection.untilMs, nowMs)} seconds`,
  rate_limited: (rejection) => `Rate limited: ${limitReasons[rejection.why](rejection.waitMs)}`,
  not_permitted: notPermittedText,
  rank_too_low: () => "Cannot manage roles at or above your position",
  self_target: () => "Not on yourself",
  not_found: (rejection) => `${capital(rejection.what)} not found`,
  already_exists: (rejection) => `${capital(rejection.what)} already exists`,
  invalid: ({ field }) => fieldTexts.get(field) ?? `Invalid request: ${field}`,
  too_long: (rejection) =>
    rejection.field === "content"
      ? `Message too long. Maximum length is ${rejection.max} characters`
      : `${capital(rejection.field)} too long (max ${rejection.max} characters)`,
  wrong_password: () => "Wrong password",
  protected: (rejection) =>
    rejection.what === "owner" ? "Cannot delete the last owner" : `Cannot change ${rejection.what}`,
  locked: ({ archived }) => (archived ? "This thread is archived" : "This thread is locked"),
  ended: ({ expired }) => (expired ? "Poll has expired" : "Poll has ended"),
  disabled: (rejection) =>
    rejection.feature === "attachments"
      ? "Attachments are disabled"
      : `${capital(rejection.feature)} is disabled`,
  leaving: () => "Nothing can be said here any more. Call /move to see how you come along.",
  busy: () => "Server busy, try again",
  read_only: () => "The server is read-only for now; its operator has been told",
  storage_full: () => "The server's storage is full; its operator has been told",
  unknown_outcome: () => "Not confirmed",
};

/** The text of a refusal; never empty. `nowMs` is epoch milliseconds. */
export function rejectionText(rejection: Rejection, nowMs: number, own: OwnTexts = {}): string {
  type Row = (rejection: Rejection, nowMs: number) => string | undefined;
  const replaced = (own[rejection.code] as Row | undefined)?.(rejection, nowMs);
  return (
    replaced ?? (texts[rejection.code] as (r: Rejection, now: number) => string)(rejection, nowMs)
  );
}

/** What is wrong with a nickname, however it is given (part 3, 3.4 and 7.4). */
export const nicknameTooLong = `Nickname too long (max ${nicknameMax} characters)`;
export const nicknameTexts: OwnTexts = {
  already_exists: () => "Nickname already taken",
  invalid: (rejection) => {
    if (rejection.field !== "nickname") return undefined;
    if (rejection.why === "digits") return "Nickname must not be a number";
    return rejection.why === "scripts"
      ? "Nickname must use letters of one script"
      : "Invalid nickname";
  },
};

/** Before login every refusal is an `auth_error`, without `listener` (part 1, 2.3). */
export const authErrorPacket = (val: string): Packet => encode({ cmd: "auth_error", val });

export function authError(val: string): Step {
  return send(authErrorPacket(val));
}

/** Part 1, 7.1: `length` is in whole milliseconds; without `listener` for packets nobody asked about. */
export function rateLimit(why: RejectionOf<"rate_limited">["why"], waitMs: number): object {
  return { cmd: "rate_limit", reason: limitReasons[why](waitMs), length: Math.floor(waitMs) };
}

/** `rate_limit.length` of a time-out that does not end: what timers of the original's clients take at most. */
const foreverMs = 2 ** 31 - 1;

/** Part 1, 8.1: the length of a time-out, and the error that the stock client shows. Null is for ever. */
export function timeoutPackets(
  reason: string,
  lengthMs: number | null,
  src: string,
): readonly [rateLimit: Packet, error: Packet] {
  const untilMs = lengthMs;
  return [
    encode({ cmd: "rate_limit", reason, length: Math.floor(lengthMs ?? foreverMs) }),
    errorPacket(src, texts.silenced({ code: "silenced", untilMs }, 0)),
  ];
}

/** Part 1, 7.1, step 1: what a try under a time-out gets. */
export function timeoutLimit({ untilMs }: RejectionOf<"silenced">, nowMs: number): object {
  const waitMs = untilMs === null ? foreverMs : Math.max(0, untilMs - nowMs);
  const reason =
    untilMs === null
      ? "You are in timeout"
      : `You are in timeout for ${tenths(waitMs)} more seconds`;
  return { cmd: "rate_limit", reason, length: Math.floor(waitMs) };
}

/** What a refused command's asker gets. `own` are the command's own texts. */
export function refuse(
  ask: Ask,
  own: OwnTexts = {},
): (rejection: Rejection, view: View) => readonly Step[] {
  return (rejection, view) => {
    const text = rejectionText(rejection, view.nowMs, own);
    if (rejection.code === "rate_limited") {
      return answerLimited(ask, rateLimit(rejection.why, rejection.waitMs), text, view);
    }
    if (rejection.code === "silenced") {
      // A time-out says at each try what became of the words: the stock client shows nothing of `rate_limit`.
      const limit = limitAnswer(ask, timeoutLimit(rejection, view.nowMs));
      return [send(limit, errorPacket(ask.cmd, text))];
    }
    return fail(ask, text);
  };
}

/** The `rate_limit` reply (part 1, 7.1). `message_edit` omits the reason. */
function limitAnswer(ask: Ask, packet: object): Packet {
  const { reason: _, ...bare } = packet as { readonly reason: string };
  return withListener(encode(ask.cmd === "message_edit" ? bare : packet), ask.listener);
}

/** The reply to what the budget refuses, and after it, now and then, the `error` that the stock client shows. */
function answerLimited(ask: Ask, packet: object, text: string, view: View): readonly Step[] {
  const answer = limitAnswer(ask, packet);
  const own = ask.client.own;
  if (view.steadyMs - own.rateErrorAtMs < settings(view.config).rateErrorMs) return [send(answer)];
  own.rateErrorAtMs = view.steadyMs;
  return [send(answer, errorPacket(ask.cmd, text))];
}
