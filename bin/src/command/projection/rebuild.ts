import { z } from "zod";
import { commandOf } from "../spec.ts";

export const command = commandOf({
  name: "projection rebuild",
  summary: "have the history made anew of the newest snapshot and the journal, where no house runs",
  notes:
    "The file that is there is kept beside, and taken away by the next start that has made another. Where the journal was trimmed and no snapshot of the history is good, older messages would be gone: then it is refused.",
  arguments: {},
  options: {},
  needs: "core",
  output: z.object({
    record: z.int().describe("how far it has come"),
    seconds: z.number(),
  }),
  say: ({ record, seconds }) =>
    `The history is made anew, up to record ${record}, in ${seconds.toFixed(1)} s.`,
  async run(_given, tell) {
    const { rebuildProjection } = await import("../../projection.ts");
    await tell(await rebuildProjection());
    return 0;
  },
});
