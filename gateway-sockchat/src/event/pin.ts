/** Pins: a notice, since no packet exists for them (bridge table, Messages: pin). */
import type { EventOf } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import { safe, vouch } from "../text.ts";
import { aboutText, nameById } from "../view.ts";
import { renderAbout } from "./about.ts";
import type { Delivery, Rows } from "./row.ts";

function renderPin(
  event: EventOf<"pin.added"> | EventOf<"pin.removed">,
  view: View,
): readonly Delivery[] {
  const verb = vouch(event.type === "pin.added" ? "pinned" : "unpinned");
  const { roster } = view;
  const text = safe`${nameById(event.byId, roster)} ${verb} ${aboutText(event, roster)}`;
  return renderAbout(event, text, view);
}

export const pinRows: Rows<"pin"> = {
  "pin.added": (event, _commit, view) => renderPin(event, view),
  "pin.removed": (event, _commit, view) => renderPin(event, view),
};
