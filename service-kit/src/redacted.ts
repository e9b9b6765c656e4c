/** What a line of the log may hold of a value: no secret, at whatever depth it stands. */

/** Names of fields that hold secrets, on the bus, in the configuration and in headers; whatever their case. */
export const secretFields = [
  "password",
  "pass",
  "current",
  "wanted",
  "passphrase",
  "secret",
  "token",
  "ticket",
  "credentials",
  "fields",
  "validator",
  "grant",
  "body",
  "command",
  "privateKey",
  "authorization",
  "cookie",
  "set-cookie",
  "dragoman-own-key",
  "subscription",
  "endpoint",
  "p256dh",
  "auth",
] as const;

const secret: ReadonlySet<string> = new Set(secretFields.map((name) => name.toLowerCase()));
const censor = "[redacted]";
const depthMax = 8;
const entriesMax = 200;
/** A name and a password in an address. */
const userInfo = /\/\/[^/?#@\s]{1,200}@/g;

/** A copy without secrets; what is deeper, or more, than any line of ours is left out. */
export function redacted<T extends object>(fields: T): Record<string, unknown> {
  return copyOf(fields, 0) as Record<string, unknown>;
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.replace(userInfo, `//${censor}@`);
  // Errors are written by pino, and come here as what it has made of them.
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  if (depth >= depthMax) return "[deep]";
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((one) => copyOf(one, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const entries = Object.entries(value).slice(0, entriesMax);
  return Object.fromEntries(
    entries.map(([key, of]) => [
      key,
      secret.has(key.toLowerCase()) && of !== undefined ? censor : copyOf(of, depth + 1),
    ]),
  );
}
