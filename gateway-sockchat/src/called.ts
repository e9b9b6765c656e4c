/**
 * People by what somebody types of them. Lists show names in a form of this protocol's own, `<AFK>_~name`, and
 * clients put them into the line like that: here they become ids, before a command leaves the gateway.
 */
import type { Rejection, RosterUser } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";

/** The mark of somebody who is away, in front of a name as it is shown, escaped or not. */
const awayMark = /^(?:<|&lt;)[^<>&;]{1,40}(?:>|&gt;)_/u;

/** What was typed, without the marks that lists put around a name. */
const withoutMarks = (typed: string): string =>
  typed.trim().replace(awayMark, "").replace(/^~/, "");

/** A person by name, handle or nickname, either also as it is shown; undefined: nobody is called so. */
export function findUser(typed: string, roster: Roster): RosterUser | undefined {
  const found = roster.userByName(typed.trim()) ?? roster.userByName(withoutMarks(typed));
  if (found !== undefined) return found;
  return roster.userByNickname(typed.trim().replace(awayMark, ""));
}

/**
 * How a command names the person of whom somebody typed: by id. What the roster knows nobody by goes on without
 * marks, for core knows former names and numbers as well; a number is never taken for a nickname.
 */
export function refOf(typed: string, roster: Roster): string {
  const named = roster.userByName(typed.trim());
  if (named !== undefined) return named.userId;
  if (/^[0-9]{1,16}$/.test(typed.trim())) return typed;
  const called = findUser(typed, roster)?.userId ?? withoutMarks(typed);
  return called === "" ? typed : called;
}

/** A refusal as its asker is to read it: with what was typed where core was given `ref`. */
export function asTyped(rejection: Rejection, ref: string, typed: string): Rejection {
  return "given" in rejection && rejection.given === ref
    ? ({ ...rejection, given: typed } as Rejection)
    : rejection;
}
