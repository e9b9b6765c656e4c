/** A message of the server's own that nothing stores. */
import type { View } from "@dragoman/gateway-kit";
import { systemName } from "./system-name.ts";

/** Lines without a message behind them are numbered from here (gateway-kit, `View.lineNumber`). */
const lineNumberBase = 2 ** 52;

/** Its id is of the right form and of no message. */
export function unsavedMessage(content: string, view: View): object {
  const serial = (view.lineNumber() - lineNumberBase).toString(16).padStart(12, "0");
  return {
    user: systemName,
    content,
    timestamp: view.clockMs / 1000,
    id: `00000000-0000-4000-8000-${serial}`,
    pinned: false,
    type: "message",
  };
}
