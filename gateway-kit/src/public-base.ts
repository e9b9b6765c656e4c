/** Where files are to be had: every edge names them by the address of the one that has routes for them. */
import { baseUrl, publicHost, type ServiceContext } from "@dragoman/service-kit";

/** The scheme that a browser fetches from, by the one that somebody wrote. */
const schemes = new Map([
  ["ws", "http"],
  ["wss", "https"],
]);

/** An absolute `http(s)://` address without a slash at its end; "" where no edge serves files. */
export function publicBase({ config, edges }: Pick<ServiceContext, "config" | "edges">): string {
  const edge = edges.find(({ servesFiles }) => servesFiles);
  if (edge === undefined) return "";
  const { port, url = "" } = edge.section.of(config);
  const given = baseUrl(url.trim());
  if (given === "") {
    const { host, tls } = config;
    const isTls = tls.cert !== "";
    return `${isTls ? "https" : "http"}://${publicHost(host, isTls)}:${port}`;
  }
  const [, scheme, rest = given] = /^([a-z]+):\/\/(.*)$/i.exec(given) ?? [];
  const lower = scheme?.toLowerCase() ?? "https";
  return `${schemes.get(lower) ?? lower}://${rest}`;
}
