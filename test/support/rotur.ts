/**
 * A local stand-in for Rotur, OriginChats' account service (OriginChats part 1, 2.4): validators, each good for the
 * connection whose key was asked for it, and profiles with a subscription (part 2, 14.2).
 */
import { type HttpAnswer, type HttpStand, type Reaction, startHttp } from "./http.ts";

export interface RoturStand extends HttpStand {
  /** A validator for the connection with that key, as a client gets it from Rotur. */
  validator(key: string, id: string, name: string): string;
  /** What the profile of that name says of its subscription. */
  subscribe(name: string, subscription: unknown): void;
  /** In place of the next answers, of one path alone where it is given; undefined: as always. */
  fault(reaction: Reaction | undefined, path?: string): void;
}

export async function startRotur(): Promise<RoturStand> {
  const made = new Map<
    string,
    { readonly key: string; readonly id: string; readonly name: string }
  >();
  const profiles = new Map<string, unknown>();
  let fault: { readonly reaction: Reaction; readonly path: string | undefined } | undefined;
  const profileOf = (name: string): HttpAnswer =>
    profiles.has(name)
      ? { status: 200, body: JSON.stringify({ username: name, subscription: profiles.get(name) }) }
      : { status: 404, body: JSON.stringify({ error: "User not found" }) };
  const stand = await startHttp("Rotur", ({ method, url }) => {
    if (fault !== undefined && (fault.path ?? url.pathname) === url.pathname) return fault.reaction;
    if (method === "GET" && url.pathname === "/profile") {
      return profileOf(url.searchParams.get("name") ?? "");
    }
    if (method !== "GET" || url.pathname !== "/validate") return { status: 404, body: "" };
    const found = made.get(url.searchParams.get("v") ?? "");
    const isValid = found !== undefined && found.key === url.searchParams.get("key");
    const body = isValid
      ? { valid: true, id: found.id, username: found.name }
      : { valid: false, error: "Invalid validator" };
    return { status: isValid ? 200 : 403, body: JSON.stringify(body) };
  });
  let n = 0;
  return {
    ...stand,
    validator(key, id, name) {
      n += 1;
      const validator = `${name}.${n}`;
      made.set(validator, { key, id, name });
      return validator;
    },
    subscribe(name, subscription) {
      profiles.set(name.toLowerCase(), subscription);
    },
    fault(reaction, path) {
      fault = reaction === undefined ? undefined : { reaction, path };
    },
  };
}
