/** Who a request comes from, through the proxies that the operator trusts. */
import { BlockList, isIP } from "node:net";
import { normalAddress } from "@dragoman/service-kit";

/**
 * Whether an address is one of the listed proxies.
 * @param list addresses and CIDR ranges
 * @throws RangeError naming the entry that is neither
 */
export function trustedProxies(list: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const entry of list) {
    const [address = "", prefix] = entry.split("/");
    const version = isIP(address);
    const bits = prefix === undefined ? undefined : Number(prefix);
    const bitsMax = version === 4 ? 32 : 128;
    const fits = bits === undefined || (Number.isInteger(bits) && bits >= 0 && bits <= bitsMax);
    if (version === 0 || !fits) throw new RangeError(`${entry} is no address or range`);
    const family = version === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, bits, family);
  }
  return (address) => {
    const normal = normalAddress(address);
    return normal !== null && known.check(normal, normal.includes(":") ? "ipv6" : "ipv4");
  };
}

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
