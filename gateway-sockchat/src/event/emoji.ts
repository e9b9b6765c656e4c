import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const emojiRows: Rows<"emoji"> = {
  "emoji.added": silent("clients have emoticons of their own; this one comes as text"),
  "emoji.updated": silent("lines keep the name that they were shown with"),
  "emoji.deleted": silent("lines keep the name that they were shown with"),
};
