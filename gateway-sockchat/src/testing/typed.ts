/** What comes of slash commands that are typed in a small house. */
import type { Command, Rejection } from "@dragoman/bus-schema";
import {
  ada,
  at,
  ben,
  connection,
  type EdgeView,
  edgeView,
  firstLine,
  general,
  mona,
  olga,
  only,
  random,
  sent,
  session,
  type,
} from "./edge.ts";

export const adaHere = session(ada, general);
export const monaHere = session(mona, general);
export const olgaHere = session(olga, general);
export const house = (): EdgeView =>
  edgeView({ sessions: [adaHere, monaHere, session(ben, random), session(olga)] });

export const line = (body: string, id = firstLine): string => `2\t${at}\t-1\t${body}\t${id}\t10010`;

/** The bodies of the notices that a typed line is answered with. */
export function told(text: string, who = monaHere, set = house()): readonly string[] {
  return sent(type(text, connection(who), set)).map((packet) => packet.split("\t")[3] ?? packet);
}

export function body(text: string, who = monaHere, set = house()): Command {
  return only(type(text, connection(who), set), "command").body;
}

/** What a refusal of the command of a typed line is told as. */
export function refused(
  text: string,
  rejection: Rejection,
  who = monaHere,
  set = house(),
): readonly string[] {
  const step = only(type(text, connection(who), set), "command");
  return sent(step.refuse(rejection, set.view));
}

/** With the owner in it, who alone may silence here. */
export const owned = (): EdgeView =>
  edgeView({ sessions: [adaHere, monaHere, olgaHere, session(ben, random)] });
