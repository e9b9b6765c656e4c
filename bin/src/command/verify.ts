import { z } from "zod";
import { sayAmount } from "../backup/progress.ts";
import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "verify",
  summary:
    "read a backup to its end, and say whether it is whole and what is in it; nothing is restored",
  arguments: { file: { help: "a backup; - is standard input" } },
  options: {
    passphraseFile: {
      help: "its first line decrypts the backup; else DRAGOMAN_BACKUP_PASSPHRASE does, if it is set",
      value: "file",
    },
  },
  needs: "nothing",
  codes: {
    0: "it can be restored",
    1: "it is damaged, cut off, of a newer version, or none",
    2: "asked for in a wrong way",
  },
  output: z.object({
    community: z.string(),
    takenAt: z.string(),
    firstRecord: z.int().nullable().describe("null: there is none"),
    lastRecord: z.int(),
    files: z.int(),
    snapshots: z.int(),
    hasConfiguration: z.boolean(),
    parts: z.int(),
    bytes: z.int(),
  }),
  say: ({ community, takenAt, firstRecord, lastRecord, files, snapshots, ...amount }) =>
    `Whole: community ${community} of ${takenAt}, records ${firstRecord ?? lastRecord} to ${lastRecord}, ${files} files, ${snapshots} snapshots; ${sayAmount(amount)}.`,
  async run({ arguments: { file }, options: { passphraseFile } }, tell) {
    const { verify } = await import("../backup/index.ts");
    await tell(await verify(file, passphraseFile));
    return 0;
  },
});
