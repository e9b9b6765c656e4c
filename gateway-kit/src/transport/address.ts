/** Who a request comes from, through the proxies that the operator trusts. */
import { normalAddress } from "@dragoman/service-kit";

/**
 * The client's address in its normal form: the nearest hop that is no trusted proxy. `X-Real-IP` counts where a trusted
 * proxy sent no `X-Forwarded-For`.
 * @param peer the address at the other end of the socket
 */
export function clientAddress(
  peer: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  trusted: (address: string) => boolean,
): string {
  let address = normalAddress(peer) ?? peer;
  if (!trusted(address)) return address;
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  const hops = forwarded.split(",").filter((hop) => hop.trim() !== "");
  if (hops.length === 0) return hopAddress(String(headers["x-real-ip"] ?? "")) ?? address;
  while (trusted(address)) {
    const hop = hopAddress(hops.pop() ?? "");
    if (hop === null) break;
    address = hop;
  }
  return address;
}

/** What a proxy says of a hop: an address, and with some proxies its port: `192.0.2.7:4711`, `[2001:db8::1]:4711`. */
function hopAddress(hop: string): string | null {
  const typed = hop.trim();
  const [, within] =
    /^\[([^\]]*)\](?::[0-9]+)?$/.exec(typed) ?? /^([0-9.]+):[0-9]+$/.exec(typed) ?? [];
  return normalAddress(within ?? typed);
}
