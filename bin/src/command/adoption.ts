import type { AnswerOf, RosterUser } from "@dragoman/bus-schema";
import { z } from "zod";
import { columns } from "./columns.ts";
import { houseCommand } from "./spec.ts";
import { readWhole } from "./value.ts";

const dayMs = 24 * 3_600_000;
const sayDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

const output = z.object({
  days: z.array(
    z.object({
      day: z.string(),
      protocol: z.string(),
      people: z.int(),
      spoke: z.int(),
      alone: z.int().describe("who used this protocol alone that day"),
    }),
  ),
  clients: z.array(z.object({ protocol: z.string(), kind: z.string(), sessions: z.int() })),
  alone: z
    .array(z.object({ protocol: z.string(), name: z.string(), lastDay: z.string() }))
    .exactOptional()
    .describe("with --names: who used one protocol alone in these days"),
});
type Adoption = z.infer<typeof output>;

function sayAll({ days, clients, alone = [] }: Adoption): readonly string[] {
  if (days.length === 0) return ["Nobody has been there yet."];
  const head = ["day", "protocol", "people", "spoke", "by it alone"];
  const rows = days.map(({ day, protocol, people, spoke, alone }) => [
    day,
    protocol,
    people,
    spoke,
    alone,
  ]);
  const lines = [...columns([head, ...rows])];
  if (clients.length > 0) {
    const kinds = clients.map(({ protocol, kind, sessions }) => [kind, protocol, sessions]);
    lines.push("", ...columns([["client", "protocol", "sessions"], ...kinds]));
  }
  for (const protocol of new Set(alone.map((each) => each.protocol))) {
    const people = alone.filter((each) => each.protocol === protocol);
    const named = people.map(({ name, lastDay }) => `${name} (${lastDay})`).join(", ");
    lines.push("", `By ${protocol} alone in these days: ${named}`);
  }
  return lines;
}

/** Whoever has left for good is nobody's to ask. */
async function named(
  alone: AnswerOf<"adoption.days">["alone"],
  everybody: AsyncIterable<RosterUser>,
): Promise<Adoption["alone"] & object> {
  const names = new Map<string, string>(alone.map(({ userId }) => [userId, ""]));
  for await (const { userId, name, departed } of everybody) {
    if (!departed && names.has(userId)) names.set(userId, name);
  }
  return alone.flatMap(({ protocol, userId, day }) => {
    const name = names.get(userId) ?? "";
    return name === "" ? [] : [{ protocol, name, lastDay: sayDay(day) }];
  });
}

export const command = houseCommand({
  name: "adoption",
  summary: "show who was there by which protocol, day by day (docs/migrating.md)",
  arguments: {},
  options: {
    days: { help: "how many days, today among them (UTC)", value: "number", default: "14" },
    names: { help: "name who used one protocol alone in these days" },
  },
  output,
  say: sayAll,
  async run({ options: { days, names } }, tell, { operator }) {
    const { adoptionDaysMax } = await import("@dragoman/bus-schema");
    const count = readWhole("adoption: --days", days, adoptionDaysMax);
    const answer = await operator.ask({ type: "adoption.days", count });
    const { alone, clients } = answer;
    await tell({
      days: answer.days.map(({ day, ...rest }) => ({ day: sayDay(day), ...rest })),
      clients,
      ...(names ? { alone: await named(alone, operator.people()) } : {}),
    });
    return 0;
  },
});
