import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { rolesById } from "../user/person.ts";

export const command = houseCommand({
  name: "invite list",
  summary: "the invites that are good still, the oldest first",
  notes:
    "Their codes are known to nobody any more. Who used one is in the audit log (`dragoman audit`).",
  arguments: {},
  options: {},
  output: z.object({
    inviteId: z.string(),
    used: z.int(),
    uses: z.int(),
    createdAt: z.string(),
    expiresAt: z.string(),
    roles: z.array(z.string()),
    note: z.string(),
  }),
  stream: true,
  say: ({ inviteId, used, uses, expiresAt, roles, note }) =>
    [inviteId, `${used} of ${uses}`, expiresAt, roles.join(","), note].join("\t"),
  async run(_given, tell, { operator }) {
    const { invites } = await operator.ask({ type: "invite.list" });
    const roles = rolesById((await operator.frame()).roles);
    for (const { inviteId, used, uses, createdAtMs, expiresAtMs, roleIds, note } of invites) {
      await tell({
        inviteId,
        used,
        uses,
        createdAt: new Date(createdAtMs).toISOString(),
        expiresAt: new Date(expiresAtMs).toISOString(),
        roles: roleIds.map((roleId) => roles.get(roleId)?.name ?? roleId),
        note,
      });
    }
    return 0;
  },
});
