/** The budget of failed log-ins as a core sees it: the leader holds it (docs/journal.md 3.4). */
import {
  AttemptReply,
  type AttemptRequest,
  type CommunityId,
  decode,
  encode,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, pause } from "@dragoman/service-kit";

/** A failover takes 1 s as a rule and 2.2 s at most: so long it is asked again. */
const patienceMs = 3_000;
const tryMs = 500;
const pauseMs = 50;

/** Which account is tried from where. */
export type Tried = Pick<AttemptRequest, "account" | "addressTag" | "isKnown">;

export class Attempts {
  readonly #bus: Bus;
  readonly #subject: string;

  constructor(bus: Bus, community: CommunityId) {
    this.#bus = bus;
    this.#subject = subject.attempt(community);
  }

  /** The leader's word, or null when there is no leader to ask. */
  async ask(tried: Tried): Promise<AttemptReply | null> {
    const request: AttemptRequest = { v: 1, step: "ask", ...tried };
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      try {
        const reply = await this.#bus.request(this.#subject, encode(request), {
          timeoutMs: tryMs,
        });
        const decoded = decode(AttemptReply, reply.data);
        return decoded.ok ? decoded.value : null;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (error.why === "closed") return null;
        if (error.why === "no_responders") {
          await pause(pauseMs);
        }
      }
    }
    return null;
  }

  /** Tells of a failure. Lost, it only leaves the budget a little wider. */
  failed(tried: Tried): void {
    const request: AttemptRequest = { v: 1, step: "failed", ...tried };
    this.#bus.publish(this.#subject, encode(request));
  }
}
