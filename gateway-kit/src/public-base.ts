/** Where files are to be had: both protocols name them by the address of the OriginChats gateway. */
import { type Config, publicHost } from "@dragoman/service-kit";

/** The scheme that a browser fetches from, by the one that somebody wrote. */
const schemes = new Map([
  ["ws", "http"],
  ["wss", "https"],
]);

/** An absolute `http(s)://` address without a slash at its end. */
export function publicBase({ originchats, host, tls }: Config): string {
  const given = originchats.url.trim().replace(/\/+$/, "");
  if (given === "") {
    const isTls = tls.cert !== "";
    return `${isTls ? "https" : "http"}://${publicHost(host, isTls)}:${originchats.port}`;
  }
  const [, scheme, rest = given] = /^([a-z]+):\/\/(.*)$/i.exec(given) ?? [];
  const lower = scheme?.toLowerCase() ?? "https";
  return `${schemes.get(lower) ?? lower}://${rest}`;
}
