/** `dragoman journal`: a look at a record, and the way on where one cannot be applied (docs/journal.md 1.5). */
import { asOperator, mustBeAccepted } from "./user.ts";

/** Prints a record: its bytes as text, and why it cannot be applied where that is so. */
export async function showRecord(seq: number): Promise<number> {
  return asOperator(async (operator) => {
    const { storedAt, text, why } = await operator.record(seq);
    const lines = [
      ...(storedAt === null ? [] : [`record ${seq}, stored at ${storedAt}`]),
      ...(why === null ? [] : [`not applied: ${why}`]),
      ...(text === null ? [] : [visible(text)]),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

/** Has a record passed over at which the journal has halted. */
export async function skipRecord(seq: number, why: string): Promise<number> {
  return asOperator(async (operator) => {
    mustBeAccepted(`record ${seq}`, await operator.command({ type: "journal.skip", seq, why }));
    process.stdout.write(`Record ${seq} is passed over.\n`);
  });
}

/** Without what a terminal would obey: anybody may have written the bytes. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (found) =>
    found === "\n" ? found : `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}
