import type { Protocol } from "@dragoman/bus-schema";
import { environmentName, OperatorError } from "@dragoman/service-kit";

const reasons = new Map([
  ["EADDRINUSE", "is already taken"],
  ["EACCES", "may not be opened by this user"],
  ["EADDRNOTAVAIL", "is no address of this machine"],
]);

/** Why a port cannot be listened on, in the operator's words: the setting, the address and the reason. */
export function listenError(
  error: unknown,
  protocol: Protocol,
  host: string,
  port: number,
): OperatorError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const setting = code === "EADDRNOTAVAIL" ? "host" : `${protocol}.port`;
  const reason = reasons.get(code) ?? `cannot be opened (${code})`;
  return new OperatorError(`${environmentName(setting)}: ${host}:${port} ${reason}`, 1, {
    cause: error,
  });
}
