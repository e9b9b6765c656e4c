/**
 * Network addresses: the one form in which they are compared and kept, and what counts as one address. A household has
 * a whole /64 of IPv6, so everything that is counted or barred by address goes by the /64.
 */
import { BlockList, isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Longer than any address with its zone. */
const charactersMax = 64;
const wordsOfBlock = 4;

/**
 * The normal form of an address: IPv4 with dots, also where it came within IPv6 (mapped, or by the well-known prefix of
 * NAT64), else IPv6 as RFC 5952 writes it, without a zone. Null: the text is no address.
 */
export function normalAddress(text: string): string | null {
  const typed = text.trim();
  if (typed.length > charactersMax) return null;
  if (ipaddr.IPv4.isValidFourPartDecimal(typed)) return typed;
  if (!ipaddr.IPv6.isValid(typed)) return null;
  const address = ipaddr.IPv6.parse(typed);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  if (address.range() === "rfc6052") {
    return new ipaddr.IPv4(address.toByteArray().slice(-4)).toString();
  }
  return new ipaddr.IPv6(address.parts).toRFC5952String();
}

/**
 * What counts as one address: the /64 of an IPv6 address (`2001:db8::/64`), any other address itself. What is no
 * address is given back as it is.
 */
export function addressBlock(address: string): string {
  const normal = normalAddress(address);
  if (normal === null || !normal.includes(":")) return normal ?? address;
  const { parts } = ipaddr.IPv6.parse(normal);
  const network = parts.map((word, index) => (index < wordsOfBlock ? word : 0));
  return `${new ipaddr.IPv6(network).toRFC5952String()}/64`;
}

/** How addresses are written into logs. */
export const addressForms = ["full", "shortened", "none"] as const;
export type AddressForm = (typeof addressForms)[number];

/** An address as it may be written: whole, as its /24 or /48, or undefined for not at all. */
export function shownAddress(address: string, form: AddressForm): string | undefined {
  if (form === "none") return undefined;
  const normal = normalAddress(address);
  if (form === "full" || normal === null) return normal ?? undefined;
  if (!normal.includes(":")) return `${normal.slice(0, normal.lastIndexOf(".") + 1)}0/24`;
  const parts = ipaddr.IPv6.parse(normal).parts.map((word, index) => (index < 3 ? word : 0));
  return `${new ipaddr.IPv6(parts).toRFC5952String()}/48`;
}

/**
 * What tells whether an address lies in one of the ranges.
 * @param list addresses and CIDR ranges
 * @throws RangeError naming the entry that is neither
 */
export function addressRanges(list: readonly string[]): (address: string) => boolean {
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
