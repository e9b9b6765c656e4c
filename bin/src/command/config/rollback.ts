import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";
import { asOutput, codeOf, putCodes, putOutput, sayPut } from "./put-output.ts";

export const command = houseCommand({
  name: "config rollback",
  summary: "put an earlier revision of the shared settings again, as a new one",
  arguments: { revision: { help: "which; else the one before", optional: true } },
  options: { dryRun: { help: "only say what would change" } },
  needs: "running",
  output: putOutput,
  codes: putCodes,
  say: (put, { options: { dryRun } }) => sayPut(put, dryRun),
  async run({ arguments: { revision }, options: { dryRun } }, tell, house) {
    const { putShared } = await import("../../shared-settings.ts");
    const { requireRevision } = await import("../../shared-file.ts");
    const present = (await house.operator.shared())?.revision ?? 0;
    const which =
      revision === undefined ? present - 1 : readWhole("config rollback: revision", revision);
    const found = which < 1 ? null : await house.operator.shared(which);
    const { settings } = requireRevision("config rollback", found, which);
    const what = `revision ${which}`;
    const put = asOutput(await putShared(house, settings, { what, expected: present, dryRun }));
    await tell(put);
    return codeOf(put);
  },
});
