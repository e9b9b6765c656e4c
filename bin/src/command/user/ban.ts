import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { lengthHelp, momentOf, readSeconds } from "../value.ts";
import { reasonHelp, targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user ban",
  summary: "keep a person out: every connection on both protocols ends, and none comes back",
  arguments: { name: { help: targetHelp } },
  options: {
    for: { help: lengthHelp, value: "time" },
    reason: { help: reasonHelp, value: "text" },
    addresses: { help: "also refuse log-ins from the addresses of the person's sessions" },
  },
  output: z.object({ name: z.string(), until: z.string().nullable().describe("null: for ever") }),
  say: ({ name, until }) => `${name} is banned ${until === null ? "for ever" : `until ${until}`}.`,
  async run(
    { arguments: { name: target }, options: { for: time, reason, addresses } },
    tell,
    { operator, give },
  ) {
    const seconds = time === undefined ? undefined : readSeconds("user ban: --for", time);
    await give(target, {
      type: "moderation.ban",
      target,
      addresses,
      ...(seconds === undefined ? {} : { seconds }),
      ...(reason === undefined ? {} : { reason }),
    });
    const { user, ban } = await operator.ask({ type: "user.record", target });
    await tell({ name: user.name, until: momentOf(ban?.untilMs ?? null) });
    return 0;
  },
});
