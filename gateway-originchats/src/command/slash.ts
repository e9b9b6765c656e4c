/** Calling and listing slash commands (part 3, 7.1 and 7.2). The commands themselves are in `slash/`. */
import { holds } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply } from "../answer.ts";
import { findViewedChannel } from "../place.ts";
import { builtIn, builtIns, holdersOf, listedCommand } from "../slash/index.ts";
import { listedSlashes } from "../slash/registered.ts";
import { isTruthy, type JsonObject } from "../wire.ts";
import { callRegistered } from "./registered.ts";
import { type CommandRows, hasRoles, noFields, noRoles, row } from "./row.ts";

/** Types are tested by hand: each has a text of its own. */
const CallShape = z.object({
  channel: z.unknown().exactOptional(),
  command: z.unknown().exactOptional(),
  args: z.unknown().exactOptional(),
});

function call(packet: z.infer<typeof CallShape>, ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const { channel: place, command: name, args = {} } = packet;
  if (typeof place !== "string" || !isTruthy(place)) {
    return fail(ask, "Channel parameter is required for slash commands");
  }
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    return fail(ask, "Command args must be an object");
  }
  if (typeof name !== "string") return fail(ask, "Command name must be a string");
  const command = builtIn(name);
  if (command === undefined) return callRegistered(ask, place, name, args as JsonObject);
  const { roster } = ask.view;
  if (command.right !== undefined && !holds(roster.actor(ask.session.userId), command.right)) {
    const [first = "owner"] = holdersOf(command.right, roster);
    return fail(ask, `Access denied: '${first}' role required`);
  }
  const channel = findViewedChannel(place, ask.session.userId, ask.view.roster);
  if (channel === undefined) return fail(ask, "Channel not found");
  return command.run(args as JsonObject, ask, channel);
}

function list(ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const { roster } = ask.view;
  const own = builtIns.map((command) => listedCommand(command, roster));
  const commands = [...own, ...listedSlashes(roster)];
  return [reply(ask, { cmd: "slash_list", commands })];
}

export const slashCommands = {
  slash_list: row({ shape: noFields, translate: (_, ask) => list(ask) }),
  slash_call: row({ shape: CallShape, translate: call }),
} as const satisfies CommandRows;
