/** Free ports, for processes that must be told theirs beforehand. */
import { freePort as probe } from "@dragoman/bin";

/** Ports that this process gave out: one is free until it is in use. */
const taken = new Set<number>();

/** A port of the loopback address that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await probe();
    if (taken.has(port)) continue;
    taken.add(port);
    return port;
  }
}
