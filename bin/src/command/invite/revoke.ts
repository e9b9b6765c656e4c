import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "invite revoke",
  summary: "end an invite; who registered by it stays",
  arguments: { id: { help: "its id (`dragoman invite list`)" } },
  options: {},
  output: z.object({ inviteId: z.string() }),
  say: ({ inviteId }) => `Nobody registers by the invite ${inviteId} any more.`,
  async run({ arguments: { id } }, tell, { give }) {
    const { InviteId } = await import("@dragoman/bus-schema");
    const inviteId = InviteId.safeParse(id);
    if (!inviteId.success) {
      throw new OperatorError(`invite revoke: ${id} is no id of an invite`, exitCode.usage);
    }
    await give(id, { type: "invite.revoke", inviteId: inviteId.data });
    await tell({ inviteId: id });
    return 0;
  },
});
