/**
 * Refusals into notices (reference, part 4.1). Complete by type: a new code does not
 * compile until it has its words. Commands for which a code means something of its own say so in their row.
 */
import type { Rejection, RejectionCode, RejectionOf } from "@dragoman/bus-schema";
import { notice, textNotice } from "./bot.ts";
import { escapeName, escapeTyped, type Html, safe } from "./text.ts";

/** What was tried: the command's name without its slash (null: plain text), and the name or id typed with it. */
export interface Attempt {
  readonly command: string | null;
  readonly given: string;
}

export type Refusals = {
  readonly [C in RejectionCode]: (rejection: RejectionOf<C>, attempt: Attempt) => Html;
};

/** `1\fnocmd\f<command>`. */
export const unknownCommand = (name: string): Html => notice("nocmd", escapeTyped(name));
/** `1\fcmdna\f/<command>`. */
export const notAllowed = (name: string): Html => notice("cmdna", safe`/${escapeTyped(name)}`);
/** No person of that name; without a name clients are told `User`. */
export const noUser = (typed: string): Html =>
  notice("usernf", typed === "" ? escapeName("User") : escapeTyped(typed));

/** Bridge table, length. */
export const tooLong = (max: number): Html =>
  textNotice(`Message too long. Maximum length is ${max} characters`);

/** No message that somebody names in words. */
export const noMessage = (typed: string): Html =>
  notice("say", safe`There is no such message here: ${escapeTyped(typed)}`);

/** No ban of that name or address. */
export const notBanned = (typed: string): Html => notice("notban", escapeTyped(typed));

type What = RejectionOf<"not_found">["what"];

const missing: { readonly [W in What]: (typed: string) => Html } = {
  user: noUser,
  channel: (typed) => notice("nochan", escapeTyped(typed)),
  message: () => notice("delerr"),
  ban: notBanned,
  command: unknownCommand,
  silence: () => notice("usilerr"),
  attachment: () => notice("generr"),
  emoji: () => notice("generr"),
  webhook: () => notice("generr"),
  thread: (typed) => notice("nochan", escapeTyped(typed)),
  poll: () => textNotice("There is no open poll here"),
  option: (typed) => textNotice(`Invalid option: ${typed}`),
  role: () => notice("generr"),
  session: () => notice("generr"),
  identity: (typed) => textNotice(`No ${typed} identity is linked to your account.`),
  reaction: () => notice("generr"),
};

const taken: { readonly [W in What]: (typed: string) => Html } = {
  user: (typed) => notice("nameinuse", escapeTyped(typed)),
  channel: (typed) => notice("nischan", escapeTyped(typed)),
  ban: (typed) => notice("kickna", escapeTyped(typed)),
  attachment: () => notice("generr"),
  emoji: () => notice("generr"),
  webhook: () => notice("generr"),
  silence: () => notice("silerr"),
  message: () => notice("generr"),
  command: () => notice("generr"),
  thread: () => notice("generr"),
  poll: () => notice("generr"),
  option: () => notice("generr"),
  role: () => notice("generr"),
  session: () => notice("generr"),
  identity: () => notice("generr"),
  reaction: () => notice("generr"),
};

const kickna = (rejection: { readonly given: string }, attempt: Attempt): Html =>
  notice("kickna", escapeTyped(attempt.given === "" ? rejection.given : attempt.given));

/** The body of the notice for each code, where the command has none of its own. */
export const refusals: Refusals = {
  not_authenticated: () => notice("generr"),
  bad_login: () => notice("generr"),
  banned: () => notice("generr"),
  limit_reached: ({ what }) => textNotice(`Too many ${what}`),
  silenced: () => notice("silence"),
  rate_limited: () => notice("flwarn"),
  not_permitted: (_rejection, { command }) =>
    command === null
      ? textNotice("You do not have permission to send messages in this channel")
      : notAllowed(command),
  rank_too_low: kickna,
  self_target: kickna,
  not_found: ({ what, given }) => missing[what](given),
  already_exists: ({ what, given }) => taken[what](given),
  invalid: () => notice("cmderr"),
  too_long: ({ max }) => tooLong(max),
  wrong_password: ({ given }, attempt) =>
    notice(given ? "ipwchan" : "nopwchan", escapeTyped(attempt.given)),
  protected: ({ what }, attempt) =>
    what === "channel"
      ? notice("ndchan", escapeTyped(attempt.given))
      : textNotice(`This ${what} is protected`),
  locked: ({ archived }) => textNotice(`This thread is ${archived ? "archived" : "locked"}`),
  ended: ({ expired }) => textNotice(expired ? "Poll has expired" : "Poll has ended"),
  disabled: (_rejection, { command }) =>
    command === null ? notice("generr") : unknownCommand(command),
  leaving: () =>
    textNotice("Nothing can be said here any more. Type /move to see how you come along."),
  busy: () => notice("generr"),
  read_only: () => textNotice("The server is read-only for now; its operator has been told"),
  storage_full: () => textNotice("The server's storage is full; its operator has been told"),
  unknown_outcome: () => notice("generr"),
};

/** The body of the notice for a refusal. `own` are the codes that the command words itself. */
export function refusal(rejection: Rejection, attempt: Attempt, own: Partial<Refusals> = {}): Html {
  const word = (own[rejection.code] ?? refusals[rejection.code]) as (
    rejection: Rejection,
    attempt: Attempt,
  ) => Html;
  return word(rejection, attempt);
}
