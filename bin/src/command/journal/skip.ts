import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";

export const command = houseCommand({
  name: "journal skip",
  summary: "pass over the record at which the journal has halted",
  notes: "What the record held is lost, for good and everywhere (docs/journal.md 1.5).",
  arguments: { number: { help: "its sequence in the journal" } },
  options: { why: { help: "the reason, for the audit log", value: "text", required: true } },
  output: z.object({ record: z.int() }),
  say: ({ record }) => `Record ${record} is passed over.`,
  async run({ arguments: { number }, options: { why } }, tell, house) {
    const record = readWhole("journal skip", number);
    await house.give(`record ${record}`, { type: "journal.skip", seq: record, why });
    await tell({ record });
    return 0;
  },
});
