/** Waiting for what somebody serves on the bus. */
import { type Bus, BusError } from "@dragoman/service-kit";

const askMs = 50;
const patienceMs = 5_000;

/** Whether a request to the subject finds a responder: false when nobody serves it. */
async function isServed(bus: Bus, subject: string): Promise<boolean> {
  try {
    await bus.request(subject, new Uint8Array(), { timeoutMs: askMs });
    return true;
  } catch (error) {
    if (!(error instanceof BusError) || error.why === "closed") throw error;
    return error.why === "timeout";
  }
}

async function until(bus: Bus, subject: string, served: boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await isServed(bus, subject)) !== served) {
    if (performance.now() > deadline) throw new Error(`${subject}: served is not ${served}`);
  }
}

/** Waits until nobody serves the subject any more. */
export const unserved = (bus: Bus, subject: string): Promise<void> => until(bus, subject, false);

/** Waits until the subject is served. */
export const answered = (bus: Bus, subject: string): Promise<void> => until(bus, subject, true);
