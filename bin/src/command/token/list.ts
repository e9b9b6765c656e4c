import type { AnswerOf } from "@dragoman/bus-schema";
import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "../user/person.ts";

const dayMs = 86_400_000;

export const command = houseCommand({
  name: "token list",
  summary: "the login tokens that are good still, of a person or of everybody",
  notes:
    "Nobody can make a token of what is kept. Those that were given before every process was of a version that keeps it are not listed; they run out, or end with all of a person.",
  arguments: { name: { help: targetHelp, optional: true } },
  options: {},
  output: z.object({
    name: z.string(),
    tokenId: z.int().describe("among the person's own; for `token revoke`"),
    protocol: z.string().describe("where it was asked for"),
    issuedAt: z.string(),
    expiresAt: z.string(),
    lastUsed: z.string().nullable().describe("a day; null: never"),
  }),
  stream: true,
  say: ({ name, tokenId, protocol, issuedAt, expiresAt, lastUsed }) =>
    [name, tokenId, protocol, issuedAt, expiresAt, lastUsed ?? "never"].join("\t"),
  async run({ arguments: { name: target } }, tell, { operator }) {
    for (let from: number | null = 0; from !== null; ) {
      const ask = target === undefined ? { from } : { target };
      const page: AnswerOf<"token.list"> = await operator.ask({ type: "token.list", ...ask });
      for (const { name, tokens } of page.people) {
        for (const { tokenId, protocol, issuedAtMs, expiresAtMs, usedDay } of tokens) {
          await tell({
            name,
            tokenId,
            protocol,
            issuedAt: new Date(issuedAtMs).toISOString(),
            expiresAt: new Date(expiresAtMs).toISOString(),
            lastUsed:
              usedDay === undefined ? null : new Date(usedDay * dayMs).toISOString().slice(0, 10),
          });
        }
      }
      from = page.next;
    }
    return 0;
  },
});
