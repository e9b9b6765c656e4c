/** Sessions. What others see of them is presence; what the person itself sees is `welcome` and `farewell`. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const sessionRows: Rows<"session"> = {
  "session.opened": silent("its own connection is welcomed; others see presence"),
  "session.moved": silent("an OriginChats client sees all channels at once"),
  "session.dropped": silent("a grace time hides the loss; presence tells when it is over"),
  "session.closed": silent("the kit ends a connection whose session is over; others see presence"),
};
