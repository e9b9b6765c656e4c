/**
 * The packet flood limit of a connection (reference, part 7): packets 2, 3, 4 and attempts to sign in that come
 * to nothing count, pings do not. From one count on a warning once per burst, at the next the person is put out.
 */
import { closings, type Frame, type Step, type View } from "@dragoman/gateway-kit";
import { readCredentials } from "./auth.ts";
import { notice } from "./bot.ts";
import type { Connection } from "./client.ts";
import { sendNotice } from "./entry.ts";
import { settings } from "./settings.ts";
import { decode, textOf } from "./wire.ts";

const counts = new Set(["2", "3", "4"]);

/** Whether a frame counts as it arrives. Well-formed sign-ins are judged by their outcome, see `countFailed`. */
function isCounted(frame: Frame, client: Connection): boolean {
  const head = (textOf(frame) ?? "").slice(0, 2);
  const id = head.endsWith("\t") ? head.slice(0, 1) : head;
  if (counts.has(id)) return true;
  if (id !== "1" || client.session !== undefined) return false;
  return readCredentials(decode(frame)?.fields ?? []) === undefined;
}

/** Counts an arriving frame. Steps stand in for it; undefined lets it pass. */
export function meter(frame: Frame, client: Connection, view: View): readonly Step[] | undefined {
  const { own } = client;
  if (!isCounted(frame, client)) return undefined;
  if (own.flooded) return [];
  const count = countOne(client, view);
  const { floodWarn, floodKick } = settings(view.config);
  if (count >= floodKick) return putOut(client);
  if (count < floodWarn) own.warned = false;
  else if (!own.warned) {
    own.warned = true;
    own.warning = true;
  }
  return undefined;
}

/** Counts an attempt to sign in that came to nothing. Steps: it was one too many. */
export function countFailed(client: Connection, view: View): readonly Step[] {
  return countOne(client, view) >= settings(view.config).floodKick ? putOut(client) : [];
}

/** Counts one packet and returns how many there were within the window. */
function countOne({ own }: Connection, view: View): number {
  const { floodWindowMs } = settings(view.config);
  while (own.counted.length > 0 && (own.counted[0] ?? 0) < view.steadyMs - floodWindowMs) {
    own.counted.shift();
  }
  own.counted.push(view.steadyMs);
  return own.counted.length;
}

function putOut(client: Connection): readonly Step[] {
  client.own.flooded = true;
  if (client.session === undefined) return [{ do: "close", closing: closings.flood }];
  const close: Step = { do: "close", closing: closings.floodedOut(null) };
  return [{ do: "command", body: { type: "session.flood" }, refuse: () => [close] }];
}

/** The frame's own steps, behind the flood warning where one is due. */
export function withWarning(
  client: Connection,
  view: View,
  steps: readonly Step[],
): readonly Step[] {
  const { own } = client;
  if (!own.warning || client.session === undefined) return steps;
  own.warning = false;
  return [sendNotice(notice("flwarn"), view), ...steps];
}
