/** A message of the server's own that nothing stores. */
import type { View } from "@dragoman/gateway-kit";
import { systemName } from "./system-name.ts";

/** Lines without a message behind them are numbered from here (gateway-kit, `View.lineNumber`). */
const lineNumberBase = 2 ** 52;

/** Its id is of the right form and of no message; by `serial` it is told from others that a client may show beside it. */
export function unsavedMessage(
  content: string,
  view: View,
  serial: number = view.lineNumber() - lineNumberBase,
): object {
  return {
    user: systemName,
    content,
    timestamp: view.clockMs / 1000,
    id: `00000000-0000-4000-8000-${serial.toString(16).padStart(12, "0")}`,
    pinned: false,
    type: "message",
  };
}
