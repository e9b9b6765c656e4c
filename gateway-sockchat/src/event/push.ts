/** Subscriptions to notifications. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const pushRows: Rows<"push"> = {
  "push.subscribed": silent("notifications are for OriginChats clients"),
  "push.unsubscribed": silent("notifications are for OriginChats clients"),
};
