/**
 * Whether the store of a server of ours is on. nats-server 2.9 turns it off when the disk is full, and on again only when
 * it is started anew, though it goes on to pass messages round.
 */
import { Bus, BusError, createLogger, diskRoom } from "@dragoman/service-kit";
import type { NatsLayout } from "./server.ts";

const everyMs = 1_000;
const limitMs = 2_000;
/** So often in a row it must be off: one that has just come up may say so once. */
const timesOff = 3;
/** With less on its disk it would turn itself off again. */
const freeBytesMin = 8 * 1024 * 1024;

/** Watches until stopped. `onMend` is called when the store is off and there is room for it. */
export function watchStore(layout: NatsLayout, onMend: () => void): { stop(): Promise<void> } {
  let bus: Promise<Bus> | undefined;
  let times = 0;
  let isLooking = false;
  const look = async (): Promise<void> => {
    bus ??= Bus.connect({
      url: layout.url,
      ...layout.credentials.core,
      name: "core",
      logger: createLogger("silent", "nats"),
    }).catch((error: unknown) => {
      bus = undefined;
      throw error;
    });
    times = (await isOff(await bus)) ? times + 1 : 0;
    const { freeBytes = 0 } = diskRoom(layout.storeDir) ?? {};
    if (times < timesOff || freeBytes < freeBytesMin) return;
    times = 0;
    onMend();
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      // The server is not up: whoever supervises it sees to that. A connection that was made stays the only one.
      .catch(() => undefined)
      .finally(() => {
        isLooking = false;
      });
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      // One that was never made needs no end.
      await bus?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

/** The server answers, and its store does not. */
async function isOff(bus: Bus): Promise<boolean> {
  if (!bus.connected) return false;
  try {
    const { data } = await bus.request("$JS.API.INFO", new Uint8Array(), { timeoutMs: limitMs });
    const { error } = JSON.parse(new TextDecoder().decode(data)) as { readonly error?: unknown };
    return error !== undefined;
  } catch (error) {
    if (error instanceof BusError) return error.why === "no_responders" || error.why === "timeout";
    throw error;
  }
}
