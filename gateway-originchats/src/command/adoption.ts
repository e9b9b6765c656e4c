/**
 * Who was there by which protocol (docs/migrating.md): a command of ours, for the page of the console, and for whoever may
 * manage the community. No stock client asks it, so no capability names it.
 */
import { type AnswerOf, adoptionDaysMax } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, query, reply } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, lacks, row } from "./row.ts";

const daysDefault = 30;
const daySeconds = 24 * 3_600;

/** The number is tested by hand: it has a text of its own. */
const GetShape = z.object({ days: z.unknown().exactOptional() });

/** When a day (UTC) began, in epoch seconds as all times here. */
const beginningOf = (day: number): number => day * daySeconds;

function get({ days = daysDefault }: z.infer<typeof GetShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) {
    return fail(ask, "Access denied: 'manage_server' permission required");
  }
  if (typeof days !== "number" || !Number.isInteger(days) || days < 1 || days > adoptionDaysMax) {
    return fail(ask, `Days must be between 1 and ${adoptionDaysMax}`);
  }
  return [
    query({
      body: { type: "adoption.days", count: days },
      answer: (answer, view) => [reply(ask, { cmd: "adoption_get", ...shown(answer, view) })],
      refuse: refuse(ask),
    }),
  ];
}

/** Whoever has left for good is nobody's to ask. */
function shown({ days, clients, alone }: AnswerOf<"adoption.days">, { roster }: View) {
  return {
    days: days.map(({ day, ...counts }) => ({ day: beginningOf(day), ...counts })),
    clients,
    alone: alone.flatMap(({ protocol, userId, day }) => {
      const user = roster.user(userId);
      return user === undefined || user.departed
        ? []
        : [{ protocol, username: user.name, last_day: beginningOf(day) }];
    }),
  };
}

export const adoptionCommands = {
  adoption_get: row({ shape: GetShape, translate: get }),
} as const satisfies CommandRows;
