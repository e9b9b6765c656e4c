import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";

/** Without what a terminal would obey: anybody may have written the bytes. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (found) =>
    found === "\n" ? found : `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}

export const command = houseCommand({
  name: "journal show",
  summary: "print a record as it is stored, and why it cannot be applied",
  arguments: { number: { help: "its sequence in the journal" } },
  options: {},
  output: z.object({
    record: z.int(),
    storedAt: z.string().nullable(),
    why: z.string().nullable().describe("why it cannot be applied; null: it can"),
    text: z.string().nullable().describe("as it is stored; null: there is none"),
  }),
  say: ({ record, storedAt, why, text }) => [
    ...(storedAt === null ? [] : [`record ${record}, stored at ${storedAt}`]),
    ...(why === null ? [] : [`not applied: ${why}`]),
    ...(text === null ? [] : [visible(text)]),
  ],
  async run({ arguments: { number } }, tell, { operator }) {
    const record = readWhole("journal show", number);
    await tell({ record, ...(await operator.ask({ type: "journal.record", seq: record })) });
    return 0;
  },
});
