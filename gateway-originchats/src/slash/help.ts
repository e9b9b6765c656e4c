/** `/help` (part 3, 7.4): what the caller may call. */
import { holds } from "@dragoman/bus-schema";
import { callableSlashes } from "@dragoman/gateway-kit";
import type { BuiltIn } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

/** @param all every command of the server's own */
export const helpFor = (all: () => readonly BuiltIn[]): BuiltIn => ({
  name: "help",
  description: "List all available slash commands",
  options: [],
  ephemeral: true,
  run: (_args, ask, channel) => {
    const { roster } = ask.view;
    const { userId } = ask.session;
    const actor = roster.actor(userId);
    const own = all().filter(({ right }) => right === undefined || holds(actor, right));
    const names = new Set(all().map(({ name }) => name));
    const others = callableSlashes(userId, roster).filter(({ name }) => !names.has(name));
    const lines = [...own, ...others]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, description }) => `• \`/${name}\` - ${description}`);
    const text = ["**Available Commands:**", ...lines].join("\n");
    return [replyUnsaved(ask, "help", channel, text, ask.view)];
  },
});
