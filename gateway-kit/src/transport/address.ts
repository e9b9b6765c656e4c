/** Who a request comes from, through the proxies that the operator trusts. */
import { BlockList, isIP } from "node:net";

/** The address; one of IPv4 that came in IPv6 form as what it is. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

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
    const version = isIP(plainAddress(address));
    return version !== 0 && known.check(plainAddress(address), version === 4 ? "ipv4" : "ipv6");
  };
}

/**
 * The client's address: the nearest hop that is no trusted proxy. `X-Real-IP` counts where a trusted proxy sent no
 * `X-Forwarded-For`.
 * @param peer the address at the other end of the socket
 */
export function clientAddress(
  peer: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  trusted: (address: string) => boolean,
): string {
  let address = plainAddress(peer);
  if (!trusted(address)) return address;
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  const hops = forwarded
    .split(",")
    .map((hop) => plainAddress(hop.trim()))
    .filter((hop) => hop !== "");
  if (hops.length === 0) {
    const real = plainAddress(String(headers["x-real-ip"] ?? "").trim());
    return isIP(real) === 0 ? address : real;
  }
  while (trusted(address)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}
