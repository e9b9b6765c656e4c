import { z } from "zod";
import { checksOutput, isFault, sayCheck } from "../checks.ts";
import { exitCode } from "../exit-code.ts";
import { commandOf } from "../spec.ts";

export const command = commandOf({
  name: "config check",
  summary:
    "look for what a start with these settings would refuse; for a house that runs it changes nothing",
  arguments: {},
  options: {},
  needs: "settings",
  output: z.object({ configuration: checksOutput }),
  codes: { 0: "a start would take them", 2: "it would not" },
  say: ({ configuration }) => [
    ...configuration.map(sayCheck),
    ...(configuration.every(({ level }) => level === "ok") ? ["Nothing is wrong."] : []),
  ],
  async run(_given, tell) {
    const { configurationChecks } = await import("../../doctor.ts");
    const configuration = await configurationChecks();
    await tell({ configuration: [...configuration] });
    return configuration.some(isFault) ? exitCode.usage : exitCode.done;
  },
});
