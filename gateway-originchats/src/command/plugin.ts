/** Plugins (part 3, section 6): this server has none, which it says in the original's form. */
import { clipped } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply } from "../answer.ts";
import { ownerRequired } from "../rejection.ts";
import { isTruthy, pythonText } from "../wire.ts";
import { type CommandRows, lacks, noFields, row } from "./row.ts";

function list(ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, ownerRequired);
  return [reply(ask, { cmd: "plugins_list", plugins: {} })];
}

const ReloadShape = z.object({ plugin: z.unknown().exactOptional() });

function reload({ plugin }: z.infer<typeof ReloadShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, ownerRequired);
  if (isTruthy(plugin)) {
    const name = typeof plugin === "string" ? clipped(plugin, 100) : pythonText(plugin);
    return fail(ask, `Failed to reload plugin '${name}'`);
  }
  return [reply(ask, { cmd: "plugins_reload", val: "All plugins reloaded successfully" })];
}

export const pluginCommands = {
  plugins_list: row({ shape: noFields, translate: (_, ask) => list(ask) }),
  plugins_reload: row({ shape: ReloadShape, translate: reload }),
} as const satisfies CommandRows;
