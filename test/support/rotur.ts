/**
 * A local stand-in for Rotur, OriginChats' account service (OriginChats part 1, 2.4). A validator is
 * `<id>|<name>`, good for the connection whose key was asked for it.
 */
import { type HttpStand, type Reaction, startHttp } from "./http.ts";

export interface RoturStand extends HttpStand {
  /** A validator for the connection with that key, as a client gets it from Rotur. */
  validator(key: string, id: string, name: string): string;
  /** In place of the next answers; undefined: as always. */
  fault(reaction: Reaction | undefined): void;
}

export async function startRotur(): Promise<RoturStand> {
  const made = new Map<
    string,
    { readonly key: string; readonly id: string; readonly name: string }
  >();
  let fault: Reaction | undefined;
  const stand = await startHttp("Rotur", ({ method, url }) => {
    if (fault !== undefined) return fault;
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
    fault(reaction) {
      fault = reaction;
    },
  };
}
