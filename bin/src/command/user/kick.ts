import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";
import { readSeconds } from "../value.ts";
import { targetHelp, toldReasonHelp } from "./person.ts";

export const command = houseCommand({
  name: "user kick",
  summary: "end every connection of a person who is there",
  arguments: { name: { help: targetHelp } },
  options: {
    for: { help: "how long no new one is let in, such as 90s or 10m", value: "time" },
    reason: { help: toldReasonHelp, value: "text" },
  },
  needs: "running",
  output: z.object({ name: z.string() }),
  say: ({ name }) => `${name} is kicked.`,
  async run({ arguments: { name: target }, options: { for: time, reason } }, tell, house) {
    const { sessions } = await house.operator.ask({ type: "user.record", target });
    if (sessions.length === 0) {
      throw new OperatorError(`${target} is not there: no connection is open`, exitCode.refused);
    }
    await house.give(target, {
      type: "moderation.kick",
      target,
      ...(time === undefined ? {} : { seconds: readSeconds("user kick: --for", time) }),
      ...(reason === undefined ? {} : { reason }),
    });
    await tell({ name: target });
    return 0;
  },
});
