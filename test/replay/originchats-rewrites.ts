/** Frames of recordings that are sent in another form, where a choice would else take the recording elsewhere. */
import type { Json, JsonObject } from "./originchats.ts";
import { list, object } from "./originchats-choice.ts";

export interface Rewrite {
  readonly files: RegExp;
  readonly section: string;
  readonly what: string;
  /** A frame as JSON, with our ids already. */
  readonly change: (text: string) => string;
}

/** Without the commands of the recording that have a name of the server's own. */
function ownLeftOut(text: string): string {
  if (!text.includes('"slash_register"')) return text;
  const frame = JSON.parse(text) as JsonObject;
  const { commands } = frame;
  if (!Array.isArray(commands)) return text;
  const kept = list(commands).filter((each: Json) => object(each)["name"] !== "nick");
  return JSON.stringify({ ...frame, commands: kept });
}

export const rewrites: readonly Rewrite[] = [
  {
    files: /^21/,
    section: "recordings, 21",
    what: "its timeouts are given longer, so that a slow replay stays within them",
    change: (text) => text.replace(/"timeout":3\b/, '"timeout":3000'),
  },
  {
    files: /^26/,
    section: "part 3, 7.1",
    what: "a command with the name of one of the server's own is refused, and the others with it",
    change: ownLeftOut,
  },
];
