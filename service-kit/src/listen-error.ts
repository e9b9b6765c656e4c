import { environmentName } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";

/** A place to listen at, with the settings that it comes from. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Keys of the configuration. */
  readonly hostKey: string;
  readonly portKey: string;
}

const reasons = new Map([
  ["EADDRINUSE", "is already taken; end what listens there, or choose another port"],
  ["EACCES", "may not be opened by this user; choose a port from 1024 on"],
  ["EADDRNOTAVAIL", "is no address of this machine"],
  ["ENOTFOUND", "is no name that leads to this machine"],
  ["EAI_AGAIN", "is no name that leads to this machine"],
]);
/** What is wrong with the host, not with the port. */
const ofHost = new Set(["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"]);

/** Why a port cannot be listened on, in the operator's words: the setting, the address and the reason. */
export function listenError(error: unknown, address: ListenAddress): OperatorError {
  const { host, port, hostKey, portKey } = address;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const setting = environmentName(ofHost.has(code) ? hostKey : portKey);
  const reason = reasons.get(code) ?? `cannot be opened (${code === "" ? String(error) : code})`;
  return new OperatorError(`${setting}: ${host}:${port} ${reason}`, 1, { cause: error });
}
