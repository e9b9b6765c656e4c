import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const presenceRows: Rows<"presence"> = {
  "presence.began": silent("session.opened says where the person appears"),
  "presence.ended": silent("session.closed says from where the person has gone, with this reason"),
};
