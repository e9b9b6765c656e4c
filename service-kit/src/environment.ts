/** The environment variable of a dotted key: `nats.url` is `DRAGOMAN_NATS_URL`. */
export function environmentName(key: string): string {
  return `DRAGOMAN_${key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(".", "_")
    .toUpperCase()}`;
}
