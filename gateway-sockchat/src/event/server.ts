import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const serverRows: Rows<"server"> = {
  "server.updated": silent("no packet describes the server; the next sign-in shows it"),
};
