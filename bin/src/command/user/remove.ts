import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "user remove",
  summary: "end an account, or all demo accounts; names stay taken, and words stay",
  arguments: { name: { help: "whose", optional: true } },
  options: { demo: { help: "every account that the demo made" } },
  output: z.object({ removed: z.array(z.string()) }),
  say: ({ removed }, { options: { demo } }) => {
    if (!demo) return `${removed.join(", ")} has no account any more.`;
    return removed.length === 0 ? "There is no demo account." : `Removed: ${removed.join(", ")}.`;
  },
  before: async ({ arguments: { name }, options: { demo } }) => {
    if ((name === undefined) !== demo) {
      throw new OperatorError("user remove: give either a name or --demo", exitCode.usage);
    }
  },
  async run({ arguments: { name } }, tell, { operator, give, config }) {
    if (name !== undefined) {
      await give(name, { type: "user.depart", target: name });
      await tell({ removed: [name] });
      return 0;
    }
    const { forgetKnownPasswords, removeDemo } = await import("../../demo.ts");
    const removed = await removeDemo(operator, await operator.snapshot());
    forgetKnownPasswords(config.dataDir);
    await tell({ removed: [...removed] });
    return 0;
  },
});
