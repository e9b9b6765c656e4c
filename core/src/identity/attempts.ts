/**
 * The budget of failed log-ins as a core sees it: the leader holds it (docs/journal.md 3.4). A try is charged
 * before the check and given back after a good one, so that many at once cannot pass it together.
 */
import {
  type AddressTag,
  AttemptReply,
  type AttemptRequest,
  type CommunityId,
  decode,
  encode,
  subject,
} from "@dragoman/bus-schema";
import { type Bus, BusError, pause } from "@dragoman/service-kit";

/** A failover takes 1 s as a rule and 2.2 s at most: so long a charge is asked again. */
const patienceMs = 3_000;
const tryMs = 500;
const pauseMs = 50;

export class Attempts {
  readonly #bus: Bus;
  readonly #subject: string;

  constructor(bus: Bus, community: CommunityId) {
    this.#bus = bus;
    this.#subject = subject.attempt(community);
  }

  /** The leader's word, or null when there is no leader to ask. */
  async charge(account: string, addressTag: AddressTag): Promise<AttemptReply | null> {
    const request: AttemptRequest = { v: 1, step: "charge", account, addressTag };
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

  /** Gives a charge back. Lost, it only leaves the budget a little tighter. */
  refund(account: string, addressTag: AddressTag): void {
    const request: AttemptRequest = { v: 1, step: "refund", account, addressTag };
    this.#bus.publish(this.#subject, encode(request));
  }
}
