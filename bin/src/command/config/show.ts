import { z } from "zod";
import { settingLines, settingOutput } from "../settings.ts";
import { commandOf } from "../spec.ts";

export const command = commandOf({
  name: "config show",
  summary: "every setting with its value and where it came from; secrets are masked",
  notes:
    "What all processes share (`config put`) is asked of the house, where one runs and lets an operator in. A file beats it, the environment beats a file.",
  arguments: {},
  options: { changed: { help: "only those that are not their defaults" } },
  needs: "settings",
  output: z.object({
    settings: z.array(settingOutput),
    unread: z
      .string()
      .nullable()
      .describe("why the shared settings are not among them; null: they are"),
  }),
  say: ({ settings, unread }) => [
    ...settingLines(settings),
    ...(unread === null ? [] : [`The shared settings are not among them: ${unread}`]),
  ],
  async run({ options: { changed } }, tell) {
    const { allSettings, sharedTree } = await import("../../doctor.ts");
    const { tree, unread } = await sharedTree();
    const shown = allSettings(tree).filter(({ origin }) => !changed || origin !== "default");
    await tell({ settings: [...shown], unread });
    return 0;
  },
});
