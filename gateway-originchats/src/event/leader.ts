/** The journal's own marks. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const leaderRows: Rows<"leader"> = {
  "leader.started": silent("internal: which process leads is nothing to people"),
};
