/** The form of a row of the command table, and what rows share: arguments, commands with their refusals. */
import {
  allows,
  type ChannelRight,
  type Command,
  holds,
  type MessageRef,
  type Rejection,
  type Right,
} from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { asTyped, findUser, refOf } from "../called.ts";
import { sendRefusal } from "../refuse.ts";
import type { Attempt, Refusals } from "../rejection.ts";
import { placeOf } from "../room.ts";
import type { Speaker } from "../speaker.ts";
import { settle } from "./arrive.ts";

/** A typed command, taken apart (reference, part 4.2). */
export interface Call extends Speaker {
  /** Without slash and dots, in lower case. */
  readonly name: string;
  /** All after the first space or line break. */
  readonly rest: string;
  /** `rest` at its single spaces; a double space gives an empty word. */
  readonly words: readonly string[];
  readonly view: View;
}

export interface SlashRow {
  /** The name and its aliases. */
  readonly names: readonly string[];
  readonly usage: string;
  /** What it does, in the words of `/help`. */
  readonly help: string;
  /** Whether `/help` names it to this caller, here; absent: to everybody. */
  readonly offered?: (call: Call) => boolean;
  /** Whether a silence leaves it (reference, part 4.2); absent: not. */
  readonly evenSilenced?: true;
  readonly run: (call: Call) => readonly Step[];
}

/** For `offered`: who holds a right. */
export const holding =
  (right: Right) =>
  ({ view, user }: Call): boolean =>
    holds(view.roster.actor(user.userId), right);

/** For `offered`: whom a list of the channel names. */
export const allowed =
  (right: ChannelRight) =>
  ({ view, user, channel }: Call): boolean =>
    allows(channel, right, view.roster.actor(user.userId));

/** The longest name that core takes for a person or a channel. */
export const targetMax = 100;

/** All after the first word, as it was typed. */
export function afterFirst(rest: string): string {
  const space = rest.indexOf(" ");
  return space < 0 ? "" : rest.slice(space + 1);
}

const shown: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#039;", "'"],
]);

/**
 * The person that the first word names. Clients put names into the line as lists show them, as HTML (reference,
 * part 9, trap 14): where nobody is called so, the entities are those of `escapeName`.
 */
export function targetOf({ words, view }: Pick<Call, "words" | "view">): string {
  const typed = words[0] ?? "";
  if (!typed.includes("&") || findUser(typed, view.roster) !== undefined) return typed;
  return typed.replace(/&(?:amp|lt|gt|quot|#039);/g, (entity) => shown.get(entity) ?? entity);
}

type CommandStep = Extract<Step, { do: "command" }>;

/**
 * What a refused step of this call sends: a notice. `given` is what was typed, and a refusal that names `ref`, the
 * id made of it, shows what was typed. `own` are the codes that the command words itself.
 */
export function noticeRefusal(
  call: Call,
  given: string,
  ref?: string,
  own?: Partial<Refusals>,
): (rejection: Rejection, view: View) => readonly Step[] {
  const attempt: Attempt = { command: call.name, given };
  return (rejection, view) => {
    const shown = ref === undefined ? rejection : asTyped(rejection, ref, given);
    return sendRefusal(shown, attempt, view, own);
  };
}

/** The step of a command by this call. `given` and `own` are for its refusal, see `noticeRefusal`. */
export function command(
  call: Call,
  body: Command,
  given: string,
  own?: Partial<Refusals>,
): CommandStep {
  const ref = "target" in body ? (body.target ?? given) : undefined;
  return {
    do: "command",
    body,
    settle: (sent, commit, view) => settle(call.session, sent, commit, view),
    refuse: noticeRefusal(call, given, ref, own),
  };
}

/**
 * The line that the server says where an act is commanded, which people of OriginChats read (bridge table, Moderation).
 * @param name the command's own, not an alias
 */
export const saidHere = ({ channel }: Call, name: string, text: string) => ({
  place: placeOf(channel),
  command: name,
  text,
});

/** What a line calls the person that was typed: by account name, as OriginChats has it. */
export const calledHere = (typed: string, { view }: Call): string =>
  findUser(typed, view.roster)?.name ?? typed;

/** Whether what was typed is a number: decimal digits alone. */
export function isNumber(typed: string): boolean {
  return /^[0-9]+$/.test(typed);
}

/** Message numbers of core; lines that have none of core's are above. */
const numberMax = 2 ** 52;

/** A message's number in decimal, from the digits that were typed; undefined: no message has it. */
export function numberTyped(typed: string): string | undefined {
  const number = Number(typed);
  return number < 1 || number >= numberMax ? undefined : String(number);
}

/**
 * The message that a word names where its caller stands: `#number`, the newest by whoever is called so, or without a
 * word the newest by anybody. Undefined: none can be meant.
 */
export function messageNamed(word: string, { view }: Pick<Call, "view">): MessageRef | undefined {
  if (word === "") return { newestBy: null };
  const digits = /^#([0-9]{1,16})$/.exec(word)?.[1];
  if (digits !== undefined) return numberTyped(digits);
  if (word.length > targetMax) return undefined;
  return { newestBy: refOf(targetOf({ words: [word], view }), view.roster) };
}
