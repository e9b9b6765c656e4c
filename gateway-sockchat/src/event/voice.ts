/** Voice: this protocol has none. */
import { silent } from "@dragoman/gateway-kit";
import type { Rows } from "./row.ts";

export const voiceRows: Rows<"voice"> = {
  "voice.joined": silent("there is no voice here; `/who` marks those who are in it"),
  "voice.left": silent("there is no voice here"),
  "voice.muted": silent("there is no voice here"),
};
