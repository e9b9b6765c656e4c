import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { lengthHelp, momentOf, readSeconds } from "../value.ts";
import { targetHelp, toldReasonHelp } from "./person.ts";

export const command = houseCommand({
  name: "user silence",
  summary: "have nobody hear a person, who may go on reading",
  arguments: { name: { help: targetHelp } },
  options: {
    for: { help: lengthHelp, value: "time" },
    reason: { help: toldReasonHelp, value: "text" },
  },
  output: z.object({ name: z.string(), until: z.string().nullable().describe("null: for ever") }),
  say: ({ name, until }) =>
    `${name} is silenced ${until === null ? "for ever" : `until ${until}`}.`,
  async run(
    { arguments: { name: target }, options: { for: time, reason } },
    tell,
    { operator, give },
  ) {
    const seconds = time === undefined ? undefined : readSeconds("user silence: --for", time);
    await give(target, {
      type: "moderation.silence",
      target,
      replace: true,
      ...(seconds === undefined ? {} : { seconds }),
      ...(reason === undefined ? {} : { reason }),
    });
    const { user, silence } = await operator.ask({ type: "user.record", target });
    await tell({ name: user.name, until: momentOf(silence?.untilMs ?? null) });
    return 0;
  },
});
