import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const webhookRows: Rows<"webhook"> = {
  "webhook.created": silent("webhooks are managed on OriginChats; what they post is shown"),
  "webhook.updated": silent("the next line by it has the new name"),
  "webhook.renewed": silent("a token is nobody's business here"),
  "webhook.deleted": silent("nothing comes by it any more"),
};
