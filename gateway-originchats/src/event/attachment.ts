/** Uploads (part 2, section 14): whoever asked is answered, nobody else is told. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const attachmentRows: Rows<"attachment"> = {
  "attachment.added": silent("its uploader gets the HTTP answer"),
  "attachment.deleted": silent("its asker gets the reply; messages keep the reference"),
};
