/** Where a gateway is heard, as the browser may reach it. */

/** A page that came over TLS may open no plain socket. @param {{ port: number, tls: boolean, host?: string }} door */
export function urlOf({ port, tls, host = location.hostname }) {
  const scheme = tls || location.protocol === "https:" ? "wss" : "ws";
  return new URL(`${scheme}://${host}:${port}`).href;
}
