/** What operators do about the journal. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const journalRows: Rows<"journal"> = {
  "journal.skipped": silent("internal: a record that could not be applied; the audit log has it"),
  "journal.filled": silent("internal: it holds nothing"),
  "journal.levelled": silent("internal: what versions may write"),
};
