/** Free ports, for processes that must be told theirs beforehand. */
import { createServer } from "node:net";

/** Ports that this process gave out: the kernel may offer one again before it is in use. */
const given = new Set<number>();

/** A port of the loopback address that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
