import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const journalRows: Rows<"journal"> = {
  "journal.skipped": silent("a record that could not be applied"),
  "journal.filled": silent("it holds nothing"),
  "journal.levelled": silent("what versions may write"),
};
