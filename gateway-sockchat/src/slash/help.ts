/** `/help`: what the caller may call where they stand, each with one line. */
import { callableSlashes, type Step } from "@dragoman/gateway-kit";
import { notice, textNotice } from "../bot.ts";
import { sendNotice } from "../entry.ts";
import { unknownCommand } from "../rejection.ts";
import { escapeText, type Html, join } from "../text.ts";
import type { Call, SlashRow } from "./row.ts";

const line = ({ usage, help }: Pick<SlashRow, "usage" | "help">): Html =>
  escapeText(`${usage} - ${help}`);

/** Commands that bots have registered and this caller may call; those of our own names are not reached here. */
function ofBots(call: Call, own: ReadonlySet<string>): readonly Html[] {
  return callableSlashes(call.user.userId, call.view.roster)
    .filter(({ name }) => !own.has(name.toLowerCase()))
    .map(({ name, options, description }) => {
      const args = options.map((option) =>
        option.required ? ` ${option.name}` : ` [${option.name}]`,
      );
      return line({ usage: `/${name}${args.join("")}`, help: description });
    });
}

/** @param all every command of our own */
export function helpFor(all: () => readonly SlashRow[]): SlashRow {
  const run = (call: Call): readonly Step[] => {
    const typed = (call.words[0] ?? "").replace(/^\//, "").toLowerCase();
    if (typed !== "") {
      const row = all().find(({ names }) => names.includes(typed));
      const body =
        row === undefined ? unknownCommand(typed) : textNotice(`${row.usage} - ${row.help}`);
      return [sendNotice(body, call.view)];
    }
    const own = all().filter(({ offered }) => offered?.(call) ?? true);
    const names = new Set(all().flatMap((row) => row.names));
    const lines = [...own.map(line), ...ofBots(call, names)];
    return [sendNotice(notice("say", join(lines, " <br/> ")), call.view)];
  };
  return { names: ["help"], usage: "/help [command]", help: "what you can type here", run };
}
