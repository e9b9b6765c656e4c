/** Commands that bots register, typed here: arguments stand in the order of the options (bridge table). */
import type { SlashArgs, SlashCommand, SlashOption } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { unknownCommand } from "../rejection.ts";
import { type Call, command } from "./row.ts";

const truths: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);

/** A typed word as the option's type has it; what does not fit stays text, for core to refuse. */
const readers: {
  readonly [T in SlashOption["type"]]: (word: string) => string | number | boolean;
} = {
  str: (word) => word,
  enum: (word) => word,
  int: (word) => (/^[+-]?[0-9]{1,15}$/.test(word) ? Number(word) : word),
  float: (word) => (/^[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(word) ? Number(word) : word),
  bool: (word) => truths.get(word.toLowerCase()) ?? word,
};

/** Word by word; the last option takes all that is left. Null: more than there are options. */
function readArgs({ options }: SlashCommand, rest: string): SlashArgs | null {
  const args: Record<string, string | number | boolean> = {};
  let left = rest.trim();
  for (const [index, { name, type }] of options.entries()) {
    if (left === "") break;
    const end = index === options.length - 1 ? -1 : left.search(/\s/);
    const word = end < 0 ? left : left.slice(0, end);
    args[name] = readers[type](word);
    left = end < 0 ? "" : left.slice(end).trim();
  }
  return left === "" ? args : null;
}

function wrongArgument({ options }: SlashCommand, field: string, why: string): string {
  if (why === "missing") return `Missing required argument: ${field}`;
  const choices = options.find(({ name }) => name === field)?.choices;
  return choices === undefined
    ? `Invalid value for '${field}': Expected ${why}`
    : `Invalid value for '${field}': Expected one of ${choices.join(", ")}`;
}

/** The first whose name is this one as it is typed here: in small letters and without dots. */
function findCommand(name: string, roster: Roster): SlashCommand | undefined {
  for (const { commands } of roster.slashes) {
    const found = commands.find((each) => each.name.replaceAll(".", "").toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A call of what is none of the own commands. */
export function callRegistered(call: Call): readonly Step[] {
  const { view, name, rest, channel } = call;
  const found = findCommand(name, view.roster);
  if (found === undefined) return [sendNotice(unknownCommand(name), view)];
  const args = readArgs(found, rest);
  if (args === null) return [sendNotice(textNotice(`/${name} takes no arguments`), view)];
  const body = {
    type: "slash.call",
    channelId: channel.channelId,
    name: found.name,
    args,
  } as const;
  return [
    command(call, body, name, {
      invalid: ({ field, why }) =>
        field === "channel"
          ? textNotice("Commands of bots are not answered in threads")
          : textNotice(wrongArgument(found, field, why)),
      not_found: ({ what }) =>
        what === "session"
          ? textNotice(`Command handler for /${name} is not currently connected`)
          : unknownCommand(name),
    }),
  ];
}
