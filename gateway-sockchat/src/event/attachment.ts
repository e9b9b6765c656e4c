import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const attachmentRows: Rows<"attachment"> = {
  "attachment.added": silent("an upload is shown by the message that it stands in"),
  "attachment.deleted": silent("the line stays, its address answers that the file is gone"),
};
