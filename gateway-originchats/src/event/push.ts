/** Subscriptions to notifications: their person's own matter. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const pushRows: Rows<"push"> = {
  "push.subscribed": silent("its asker gets the reply"),
  "push.unsubscribed": silent("its asker gets the reply"),
};
