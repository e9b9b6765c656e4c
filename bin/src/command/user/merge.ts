import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

export const command = houseCommand({
  name: "user merge",
  summary: "make an account part of another: both are the same person's",
  notes:
    "Names, identities, messages and log-ins of the first lead to the second; it cannot be undone.",
  arguments: { from: { help: targetHelp }, into: { help: "the account that remains" } },
  options: {},
  output: z.object({ from: z.string(), into: z.string() }),
  say: ({ from, into }) => `${from} is part of ${into} from now on.`,
  async run({ arguments: { from, into } }, tell, { operator, give }) {
    const idOf = async (target: string) =>
      (await operator.ask({ type: "user.record", target })).user.userId;
    const fromId = await idOf(from);
    const intoId = await idOf(into);
    if (fromId === intoId) {
      throw new OperatorError(`${from} and ${into} are one account already`, exitCode.refused);
    }
    await give(from, { type: "import.merge", fromId, intoId });
    await tell({ from, into });
    return 0;
  },
});
