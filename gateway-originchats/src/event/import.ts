/** What a community brings along that moved in. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const importRows: Rows<"import"> = {
  "import.stored": silent(
    "history of another server: it is shown to whoever asks, and told to nobody",
  ),
};
