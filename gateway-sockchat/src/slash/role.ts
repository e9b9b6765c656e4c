/** `/roles`: which roles there are, or which somebody has. */
import { clipped, type Role } from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { findUser } from "../called.ts";
import { sendNotice } from "../entry.ts";
import { noUser } from "../rejection.ts";
import { escapeText, join, safe } from "../text.ts";
import { appearance, bareNameOf } from "../view.ts";
import { type Call, type SlashRow, targetMax, targetOf } from "./row.ts";

const listed = (roles: readonly Role[]) =>
  join(
    [...roles].sort((a, b) => a.position - b.position).map(({ name }) => escapeText(name)),
    ", ",
  );

function roles(call: Call): readonly Step[] {
  const { roster } = call.view;
  const target = targetOf(call);
  if (target === "") {
    return [sendNotice(notice("say", safe`Roles: ${listed([...roster.roles])}`), call.view)];
  }
  const user = target.length > targetMax ? undefined : findUser(target, roster);
  if (user === undefined || user.departed)
    return [sendNotice(noUser(clipped(target, targetMax)), call.view)];
  const held = appearance(user, roster).roles;
  const text = safe`Roles of ${bareNameOf(user)}: ${listed(held)}`;
  return [sendNotice(notice("say", text), call.view)];
}

export const roleSlash: readonly SlashRow[] = [
  {
    names: ["roles"],
    usage: "/roles [name]",
    help: "which roles there are, or a person's",
    run: roles,
  },
];
