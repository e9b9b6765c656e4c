import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const unreadRows: Rows<"unread"> = {
  "unread.marked": silent("the protocol has no read marks"),
};
