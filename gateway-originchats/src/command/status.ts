/** One's own status, and looking at another's (part 3, section 4). */
import { isLonger, Status, statusTextMax } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail, reply } from "../answer.ts";
import { statusGet, statusSet } from "../packet.ts";
import { findUser } from "../place.ts";
import { refuse } from "../rejection.ts";
import { isHidden, nameOf, plainStatus } from "../view.ts";
import { type CommandRows, optionalText, row } from "./row.ts";

const unknownStatus = "Invalid status. Must be one of: online, idle, dnd, offline, invisible";

const SetShape = z.object({ status: z.unknown().exactOptional(), text: optionalText });

function set(packet: z.infer<typeof SetShape>, ask: Ask): readonly Step[] {
  if (!packet.status) return fail(ask, "Status is required");
  const status = Status.shape.status.safeParse(packet.status);
  const text = packet.text ?? "";
  if (!status.success || isLonger(text, statusTextMax)) return fail(ask, unknownStatus);
  const chosen = { status: status.data, text };
  const { userId } = ask.session;
  const told = ({ roster }: View): object =>
    chosen.status === "invisible" ? statusSet(chosen) : statusGet(nameOf(userId, roster), chosen);
  const cmd = chosen.status === "invisible" ? "status_set" : "status_get";
  return [
    {
      do: "command",
      body: { type: "status.set", ...chosen },
      settle: echo(ask, cmd, (_commit, view) => told(view)),
      unchanged: (view) => [reply(ask, told(view))],
      refuse: refuse(ask),
    },
  ];
}

const GetShape = z.object({ user: optionalText });

function get(packet: z.infer<typeof GetShape>, ask: Ask): readonly Step[] {
  if (!packet.user) return fail(ask, "User parameter is required");
  const user = findUser(packet.user, ask.view.roster);
  if (user === undefined) return fail(ask, "User not found");
  const hidden = isHidden(user) && user.userId !== ask.session.userId;
  const status = hidden ? { status: "offline", text: "" } : plainStatus(user.status);
  return [reply(ask, { cmd: "status", username: user.name, status })];
}

export const statusCommands = {
  status_set: row({ shape: SetShape, translate: set }),
  status_get: row({ shape: GetShape, translate: get }),
} as const satisfies CommandRows;
