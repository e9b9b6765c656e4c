/** What an operator is told of a refusal: one sentence for each code, without the code. */
import type { Rejection, RejectionCode, RejectionOf } from "@dragoman/bus-schema";
import { inOneLine } from "./command/terminal-text.ts";

const logInWords: Readonly<Record<RejectionOf<"bad_login">["why"], string>> = {
  unknown_user: "nobody is called so",
  wrong_password: "the password is another",
  not_local:
    "the account has no password of this house's, and a core of the version before is here, which knows no first one",
  missing: "a name and a password are wanted",
  name_length: "a name has 2 to 32 characters",
  password_length: "a password has 4 to 72 bytes",
  name_alphabet: "a name has letters of one script, digits, _ and - alone",
  taken: "the name is taken, or looks like one that is",
  registration_disabled: "nobody may make an account",
  provider_disabled: "the settings do not name this provider",
  bad_token: "the token is not good, or no more",
};

const moment = (untilMs: number | null): string =>
  untilMs === null ? "for ever" : `until ${new Date(untilMs).toISOString()}`;

const seconds = (ms: number): string => `${Math.ceil(ms / 1_000)} s`;

/** What is wrong with a field, by its name and why. */
const fieldWords: Readonly<Record<string, string>> = {
  "date: past": "the date is over",
  "name: empty": "a name has a letter at least",
  "name: alphabet": "a name of a channel has letters, digits, - and _ alone",
  "name: twice": "the name is there twice",
  "invite: there already": "there is an invite of that id or code",
  "invite: not there": "there is no such invite that is good still",
  "token: not there": "the person has no such token that is good still",
  "nickname: unseen": "a nickname has a letter that is seen at least",
  "nickname: scripts": "a nickname has letters of one script alone",
  "nickname: digits": "a nickname of digits alone would be taken for a number",
  "content: empty": "there is no text",
  "channel: kind": "a channel of that kind does not have that",
  "role: not held": "the person does not have the role",
  "roles: twice": "a role is named twice",
  "target: absent": "the person is not there",
  "seq: the journal has not halted": "the journal has not halted, so nothing is passed over",
};

/** What a field of a command is called where that is not its name. */
const partWords: Readonly<Record<string, string>> = {
  seconds: "length of time in seconds",
  target: "name",
  messageId: "id",
  displayName: "display name",
  minRank: "rank",
};

/** The bounds of a field, as the schema says them of what was typed: `reason: Too big: expected string to have <=500 characters`. */
const bounds =
  /^(?:body\.)?([A-Za-z]+)(?:\.[\w.]*)?: Too (big|small): expected (string|number) to (?:have|be) [<>]=?(\d+)/;

/** What does not fit the schema; undefined: the schema says it otherwise. */
function sayBounds(why: string): string | undefined {
  const [, part, size, type, bound] = bounds.exec(why) ?? [];
  if (part === undefined) return undefined;
  const called = partWords[part] ?? part;
  if (type === "string" && size === "small" && bound === "1") return `the ${called} is empty`;
  const most = size === "big" ? "at most" : "at least";
  return `the ${called} ${type === "string" ? `has ${bound} characters` : `is ${bound}`} ${most}`;
}

/** Whether a core does not know a type of command or question. */
const isUnknown = (field: string, why: string): boolean =>
  (field === "command" || field === "query") && (why === "unknown" || why.startsWith("body.type:"));

/** Why something stays, by what it is. */
const protectedWords: Readonly<Record<string, string>> = {
  owner: "it is the last owner, and somebody has to own the house",
  "last protocol":
    "every other protocol is closed, or is to be, so nobody could come in; open one first",
};

/** What somebody is of whom there is such a thing. */
const moderated: Readonly<Record<string, string>> = { ban: "banned", silence: "silenced" };

const words: { readonly [C in RejectionCode]: (rejection: RejectionOf<C>) => string } = {
  not_authenticated: () =>
    "the core that answers takes this of signed-in people alone: it is of an older version",
  bad_login: ({ why }) => logInWords[why],
  banned: ({ kind, untilMs }) => `${kind === "ban" ? "banned" : "kicked"} ${moment(untilMs)}`,
  limit_reached: ({ what, max }) => `there are ${max} already, and no more ${what} may be`,
  silenced: ({ untilMs }) => `silenced ${moment(untilMs)}`,
  rate_limited: ({ waitMs }) => `too much at once; try again in ${seconds(waitMs)}`,
  not_permitted: ({ need }) => `it needs the right ${need}`,
  rank_too_low: ({ given }) => `${given} ranks as high or higher`,
  self_target: () => "one does not do that to oneself",
  not_found: ({ what, given }) =>
    what in moderated
      ? `${JSON.stringify(given)} is not ${moderated[what]}`
      : `there is no ${what} ${JSON.stringify(given)}`,
  already_exists: ({ what, given }) =>
    what in moderated
      ? `${JSON.stringify(given)} is ${moderated[what]} already`
      : `there is already a ${what} ${JSON.stringify(given)}`,
  invalid: ({ field, why }) =>
    isUnknown(field, why)
      ? "the core that answers does not know this: it is of an older version than this command (`dragoman status`)"
      : (fieldWords[`${field}: ${why}`] ??
        sayBounds(why) ??
        `${field}: ${why.replace(/^body\./, "")}`),
  too_long: ({ field, max }) => `the ${field} is too long: ${max} is the most`,
  wrong_password: () => "the password is another",
  locked: ({ archived }) => `the thread is ${archived ? "archived" : "locked"}`,
  ended: () => "the poll is over",
  protected: ({ what }) => protectedWords[what] ?? `the ${what} is protected`,
  disabled: ({ feature }) =>
    `not yet: a process of the version before was here less than \`journal.levelMs\` ago, or ${feature} is turned off`,
  leaving: ({ phase }) => `the community leaves this protocol (${phase})`,
  busy: () => "the house is busy; try again",
  read_only: () => "the journal has halted: `dragoman doctor` says where",
  storage_full: () => "the store is full: `dragoman doctor` says what of",
  unknown_outcome: () => "whether it happened is not known; look before you try again",
};

/** Code points of what was typed that a refusal begins with. */
const aboutMax = 60;

/** One line for a refusal of what somebody or something that was typed is about. */
export function sayRefused(about: string, rejection: Rejection): string {
  const said = sayRejection(rejection);
  // It names it itself.
  if (about === "" || said.includes(JSON.stringify(about))) return said;
  const shown = [...inOneLine(about)];
  const begun = shown.length > aboutMax ? `${shown.slice(0, aboutMax).join("")}…` : shown.join("");
  return `${begun}: ${said}`;
}

/** One line for a refusal that an operator meets. */
export function sayRejection(rejection: Rejection): string {
  const say = words[rejection.code] as (rejection: Rejection) => string;
  return say(rejection);
}
