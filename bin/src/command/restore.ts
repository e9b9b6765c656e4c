import { z } from "zod";
import { sayAmount } from "../backup/progress.ts";
import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "restore",
  summary:
    "restore a backup into a new data folder, or a store that holds nothing of the community",
  notes: "Where it fails nothing half is left.",
  arguments: { file: { help: "a backup; - is standard input" } },
  options: {
    passphraseFile: {
      help: "its first line decrypts the backup; else DRAGOMAN_BACKUP_PASSPHRASE does, if it is set",
      value: "file",
    },
    configTo: { help: "where the configuration goes, if the backup holds it", value: "file" },
  },
  needs: "core",
  output: z.object({
    community: z.string(),
    takenAt: z.string(),
    lastRecord: z.int(),
    parts: z.int(),
    bytes: z.int(),
    settings: z.array(z.string()).describe("those that were not their defaults there"),
    lacksConfiguration: z.boolean(),
  }),
  aside: true,
  say: ({ community, takenAt, lastRecord, settings, lacksConfiguration, ...amount }) => [
    `Restored: community ${community} of ${takenAt}, up to record ${lastRecord}; ${sayAmount(amount)}.`,
    ...(lacksConfiguration ? ["The backup holds no configuration."] : []),
    ...(settings.length > 0 ? [`It was set there: ${settings.join(", ")}.`] : []),
  ],
  async run({ arguments: { file }, options }, tell) {
    const { restore } = await import("../backup/index.ts");
    const { settings, ...restored } = await restore(file, options);
    await tell({ ...restored, settings: [...settings] });
    return 0;
  },
});
