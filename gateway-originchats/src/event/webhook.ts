/** Webhooks (part 3, section 9): the replies hold tokens, so nobody but the asker gets them. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const webhookRows: Rows<"webhook"> = {
  "webhook.created": silent("its asker gets the reply, with the token"),
  "webhook.updated": silent("its asker gets the reply, with the token"),
  "webhook.renewed": silent("its asker gets the reply, with the token"),
  "webhook.deleted": silent("its asker gets the reply"),
};
