import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const leaderRows: Rows<"leader"> = {
  "leader.started": silent("the journal's own mark"),
};
