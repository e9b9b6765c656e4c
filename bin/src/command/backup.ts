import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { sayAmount } from "../backup/progress.ts";
import { exitCode } from "./exit-code.ts";
import { commandOf } from "./spec.ts";

const output = z.object({
  path: z.string(),
  parts: z.int(),
  bytes: z.int(),
  isEncrypted: z.boolean(),
  settings: z.array(z.string()).describe("those that are not their defaults"),
  configuration: z
    .string()
    .describe("the file of the configuration, which is in it with --with-config"),
});

function sayLeftOut({ settings, configuration }: z.infer<typeof output>): string {
  if (settings.length === 0) return "No setting was other than its default.";
  const where = configuration === "" ? "" : ` (file ${configuration})`;
  return `Not in it is the configuration${where}: ${settings.join(", ")}.`;
}

export const command = commandOf({
  name: "backup",
  summary:
    "write all of a community to a file, running or not, in the form of tar, or of age round it",
  notes: "It is whole once it has its name: one that was cut short leaves nothing.",
  arguments: { file: { help: "a new file; - is standard output" } },
  options: {
    passphraseFile: {
      help: "its first line encrypts the backup; else DRAGOMAN_BACKUP_PASSPHRASE does, if it is set",
      value: "file",
    },
    withConfig: { help: "with the configuration file, which may hold passwords" },
  },
  needs: "core",
  output,
  aside: true,
  say: (taken, { options: { withConfig } }) => [
    `The backup is whole: ${sayAmount(taken)}.`,
    ...(withConfig ? [] : [sayLeftOut(taken)]),
    ...(taken.isEncrypted
      ? []
      : ["It is not encrypted: whoever reads it has every message, password hash and key."]),
  ],
  async run({ arguments: { file: path }, options, json }, tell) {
    if (json && path === "-") {
      throw new OperatorError(
        "backup: --json is for a file: - is the backup itself",
        exitCode.usage,
      );
    }
    const { backup } = await import("../backup/index.ts");
    const { settings, ...taken } = await backup(path, options);
    await tell({ path, ...taken, settings: [...settings] });
    return 0;
  },
});
