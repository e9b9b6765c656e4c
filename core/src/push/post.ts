/**
 * One notification to one endpoint. Endpoints are what strangers gave us: plain `http` and addresses of the own
 * network are refused unless the configuration allows them.
 */
import { lookup } from "node:dns";
import { Resolver } from "node:dns/promises";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import webpush from "web-push";
import type { Subscription, VapidKeys } from "./store.ts";

export interface PostOptions {
  readonly keys: VapidKeys;
  /** `mailto:` or `https:` address of whoever runs the server. */
  readonly contact: string;
  readonly ttlSeconds: number;
  readonly limitMs: number;
  /** Whether endpoints within the own network, and without TLS, are reached. */
  readonly internal: boolean;
}

const within = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  within.addSubnet(net, bits, "ipv4");
}
within.addSubnet("fc00::", 7, "ipv6");
within.addSubnet("fe80::", 10, "ipv6");
within.addSubnet("ff00::", 8, "ipv6");
within.addSubnet("fec0::", 10, "ipv6");
// Addresses with one of IPv4 in them, which may be any: translated, compatible, and 6to4.
within.addSubnet("64:ff9b::", 96, "ipv6");
within.addSubnet("::", 96, "ipv6");
within.addSubnet("2002::", 16, "ipv6");

/** Whether an address belongs to the own network, or to nobody's. */
export function isInternal(address: string): boolean {
  const family = isIP(address);
  return family === 0 || within.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Looks a name up and gives only what may be reached. */
const outside: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error !== null) {
      done(error, "");
      return;
    }
    const usable = found.filter(({ address }) => !isInternal(address));
    const [first] = usable;
    if (first === undefined) done(new Error(`${host} is not to be reached`), "");
    else if (options.all === true) done(null, usable);
    else done(null, first.address, first.family);
  });
};

/** Names that only an own network knows: of one label, or of an ending that is never anybody's outside. */
const ownName = /^[^.]*$|\.(?:localhost|local|internal|lan|home\.arpa)$/;

/** Whether an endpoint may be asked at all. What a name leads to is looked at when it is asked. */
export function isReachable(endpoint: string, internal: boolean): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  if (internal) return protocol === "https:" || protocol === "http:";
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol !== "https:") return false;
  return isIP(host) === 0 ? !ownName.test(host.replace(/\.$/, "")) : !isInternal(host);
}

/** All of a question to name servers; what they do not answer by then is not known. */
const nameLimitMs = 2_000;

/**
 * Whether an endpoint that somebody gives may be kept: one that may be asked, whose name does not lead into the own
 * network alone. A name that leads nowhere now may do so later, and is looked at again with each notification.
 * @param servers name servers to ask, else those of the system
 */
export async function isAcceptable(
  endpoint: string,
  internal: boolean,
  servers?: readonly string[],
): Promise<boolean> {
  if (!isReachable(endpoint, internal)) return false;
  const host = new URL(endpoint).hostname;
  if (internal || isIP(host.replace(/^\[|\]$/g, "")) !== 0) return true;
  // The system's own way would hold the threads that passwords are checked on.
  const names = new Resolver({ timeout: nameLimitMs, tries: 1 });
  if (servers !== undefined) names.setServers(servers);
  const limit = setTimeout(() => names.cancel(), nameLimitMs);
  const asked = await Promise.allSettled([names.resolve4(host), names.resolve6(host)]);
  clearTimeout(limit);
  const found = asked.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  return found.length === 0 || found.some((address) => !isInternal(address));
}

/**
 * Sends. @returns the status that the endpoint answered with
 * @throws Error where the keys of the subscription are none, or nobody answers in time
 */
export async function post(
  { endpoint, p256dh, auth }: Subscription,
  payload: string,
  { keys, contact, ttlSeconds, limitMs, internal }: PostOptions,
): Promise<number> {
  const details = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject: contact, ...keys },
    TTL: ttlSeconds,
  });
  const request = endpoint.startsWith("http:") ? requestPlain : requestTls;
  return new Promise((resolve, reject) => {
    const sent = request(
      endpoint,
      {
        method: details.method,
        headers: details.headers,
        agent: false,
        signal: AbortSignal.timeout(limitMs),
        ...(internal ? {} : { lookup: outside }),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on("error", reject);
    sent.end(details.body);
  });
}
