import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { momentOf } from "../value.ts";
import { personOf, personOutput, rolesById, targetHelp } from "./person.ts";

const until = z.string().nullable().describe("null: for ever");

export const command = houseCommand({
  name: "user show",
  summary: "all that the house knows of one person",
  arguments: { name: { help: targetHelp } },
  options: {},
  output: personOutput.extend({
    userId: z.string(),
    formerNames: z.array(z.string()),
    departed: z.boolean().describe("the account is over, or part of another"),
    hasPassword: z.boolean(),
    tokensRevoked: z.int().describe("how often all tokens were ended"),
    identities: z.array(z.object({ provider: z.string(), id: z.string(), name: z.string() })),
    ban: z.object({ kind: z.string(), until, reason: z.string() }).nullable(),
    silence: z.object({ until }).nullable(),
    sessions: z.int(),
    addresses: z.array(z.string()).describe("of the sessions"),
  }),
  say: (person) => [
    `${person.name} (number ${person.number}, id ${person.userId})${person.departed ? ", over" : ""}`,
    `roles: ${person.roles.join(", ")}`,
    ...(person.nickname === undefined ? [] : [`nickname: ${person.nickname}`]),
    ...(person.formerNames.length === 0 ? [] : [`called before: ${person.formerNames.join(", ")}`]),
    `logs in by: ${[...(person.hasPassword ? ["password"] : []), ...person.identities.map(({ provider, name }) => `${provider} as ${name}`)].join(", ") || "nothing"}`,
    ...(person.ban === null
      ? []
      : [
          `${person.ban.kind === "ban" ? "banned" : "kicked"} ${sayUntil(person.ban.until)}${person.ban.reason === "" ? "" : `: ${person.ban.reason}`}`,
        ]),
    ...(person.silence === null ? [] : [`silenced ${sayUntil(person.silence.until)}`]),
    `sessions: ${person.sessions}${person.addresses.length === 0 ? "" : `, from ${person.addresses.join(", ")}`}`,
  ],
  async run({ arguments: { name } }, tell, { operator }) {
    const record = await operator.ask({ type: "user.record", target: name });
    const roles = rolesById((await operator.frame()).roles);
    const { user, ban, silence, hasPassword, epoch, identities, sessions, addresses } = record;
    await tell({
      ...personOf(user, roles),
      userId: user.userId,
      formerNames: [...(user.formerNames ?? [])],
      departed: user.departed,
      hasPassword,
      tokensRevoked: epoch,
      identities: identities.map(({ provider, id, name }) => ({ provider, id, name })),
      ban: ban && { kind: ban.kind, until: momentOf(ban.untilMs), reason: ban.reason },
      silence: silence && { until: momentOf(silence.untilMs) },
      sessions: sessions.length,
      addresses: [...addresses],
    });
    return 0;
  },
});

const sayUntil = (until: string | null): string => (until === null ? "for ever" : `until ${until}`);
