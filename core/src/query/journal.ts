/** A look at the journal itself, for operators. */
import type { Row } from "./row.ts";

/** More than any record has. */
const textBytesMax = 512 * 1024;

export const journalAnswers: {
  readonly [T in "journal.record" | "journal.status"]: Row<T>;
} = {
  "journal.status": async (_query, _asker, { replica, status }) => {
    const answer = await status();
    return { ok: true, value: { through: replica.position.seq, answer } };
  },

  "journal.record": async ({ seq }, _asker, { replica, stored }) => {
    const record = await stored(seq);
    const { position, halt } = replica;
    const halted = halt?.seq === seq ? halt.why : null;
    const answer =
      record === null
        ? { storedAt: null, text: null, why: halted ?? "there is no such record" }
        : {
            storedAt: record.storedAt,
            text: Buffer.from(record.bytes).subarray(0, textBytesMax).toString(),
            why: halted ?? (record.decoded.ok ? null : `cannot be read: ${record.decoded.why}`),
          };
    return { ok: true, value: { through: position.seq, answer } };
  },
};
