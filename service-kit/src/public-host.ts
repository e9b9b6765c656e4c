/** How the address that we listen on is written where people open it. */
/** Whether an address is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/**
 * The host part of an address for people. A wildcard is `localhost`; with TLS so is every loopback address, since a
 * browser keeps its trust per name, and `localhost` is the name that people are told to open.
 */
export function publicHost(host: string, isTls: boolean): string {
  if (host === "0.0.0.0" || host === "::" || (isTls && isLoopback(host))) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
