import { z } from "zod";
import { checksOutput, isFault, sayCheck } from "./checks.ts";
import { exitCode } from "./exit-code.ts";
import { settingLines, settingOutput } from "./settings.ts";
import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "doctor",
  summary: "look for what is wrong: the settings, this machine, and the house where one runs",
  arguments: {},
  options: {},
  needs: "settings",
  output: z.object({
    settings: z.array(settingOutput),
    configuration: checksOutput.describe("what every start goes by"),
    house: checksOutput.describe("how the house is that runs, and whether its journal is there"),
  }),
  codes: { 0: "all is well, warnings aside", 1: "the house is not", 2: "the settings cannot work" },
  say: ({ settings, configuration, house }) => {
    const all = [...configuration, ...house];
    const isWell = all.every(({ level }) => level === "ok");
    return [
      ...(settings.length === 0 ? [] : [...settingLines(settings), ""]),
      ...all.map(sayCheck),
      ...(isWell ? ["Nothing is wrong."] : []),
    ];
  },
  async run(_given, tell) {
    const { doctor } = await import("../doctor.ts");
    const { settings, configuration, house } = await doctor();
    await tell({ settings: [...settings], configuration: [...configuration], house: [...house] });
    if (configuration.some(isFault)) return exitCode.usage;
    return house.some(isFault) ? exitCode.refused : exitCode.done;
  },
});
