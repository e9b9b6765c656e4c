/**
 * Keeps a server running: one that ends by itself is started again on its port, so that clients come back, and so is one
 * that has turned its store off.
 */
import type { Logger } from "@dragoman/service-kit";
import { type NatsServer, runNats } from "./server.ts";
import { watchStore } from "./store-watch.ts";

/** Restarts within a minute after which it is given up. */
const restartsMax = 5;
const restartsMs = 60_000;

/** A supervised server. */
export interface NatsGuard {
  /** Resolves, with why, when the server cannot be kept running. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

/** Watches `server` and starts it again when it ends. */
export function superviseNats(server: NatsServer, binary: string, logger: Logger): NatsGuard {
  let present = server;
  let isStopping = false;
  const restarts: number[] = [];
  const store = watchStore(server.layout, () => {
    if (isStopping) return;
    logger.error("nats-server has turned its store off (its disk was full); there is room again");
    void present.stop();
  });

  async function watch(): Promise<string> {
    for (;;) {
      const how = await present.exited;
      if (isStopping) return new Promise(() => undefined);
      logger.error({ how }, "nats-server ended, it is started again");
      const now = performance.now();
      restarts.push(now);
      const recent = restarts.filter((at) => now - at < restartsMs);
      if (recent.length > restartsMax) return `nats-server keeps ending (${how})`;
      try {
        present = await runNats(present.layout, binary);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      if (isStopping) await present.stop();
    }
  }

  return {
    failed: watch(),
    stop: async () => {
      isStopping = true;
      await store.stop();
      await present.stop();
    },
  };
}
