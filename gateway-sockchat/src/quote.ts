/** The words above a reply, as somebody types or copies them (bridge table, reply). */
import type { CommandOf } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { refOf } from "./called.ts";

/** Behind what the bot says of a whisper, and a name with `: ` in it is none. */
const line = /^(?:\(private, [^\n()]{1,200}\) )?[>»] ?([^\n:]{1,100}): ?([^\n]{1,400})\n/;

/**
 * The quote in a first line `> name: words…`, or `» name: words…` as the bot says it, above others: the message is a reply
 * if core finds what it quotes.
 */
export function readQuote(text: string, roster: Roster): Pick<CommandOf<"message.post">, "quote"> {
  const [, name, words] = line.exec(text) ?? [];
  return name === undefined || words === undefined
    ? {}
    : { quote: { name: refOf(name, roster), words } };
}
