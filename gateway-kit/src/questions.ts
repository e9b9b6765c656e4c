/**
 * Questions to core while this gateway is fresh (docs/journal.md 4.4): each waits until it is, for as long as it may
 * take, and counts as answered when the feed has applied what the answer covers.
 */
import type { OpeningTraits, Protocol, Query } from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import { busy } from "./busy.ts";
import type { Freshness } from "./freshness.ts";
import type { QueryPort } from "./queries.ts";
import type { SessionPorts } from "./session-ports.ts";
import { within } from "./within.ts";

export interface QuestionsOptions {
  readonly queries: QueryPort;
  /** What the sessions of this gateway are that begin now. */
  readonly kind: () => { readonly protocol: Protocol; readonly traits: OpeningTraits };
  readonly rhythm: Pick<Config["journal"], "queryMs" | "commandMs">;
  readonly freshness: Pick<Freshness, "regained">;
  /** The applied sequence. */
  readonly applied: () => number;
  /** Resolves when a sequence has been applied. */
  readonly whenApplied: (seq: number) => Promise<void>;
}

export class Questions {
  readonly #options: QuestionsOptions;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** See `SessionPorts`. */
  async ask(
    ...[body, sessionId]: Parameters<SessionPorts["ask"]>
  ): ReturnType<SessionPorts["ask"]> {
    const { queries, rhythm, freshness, applied, whenApplied } = this.#options;
    const { queryMs } = rhythm;
    const end = performance.now() + queryMs;
    if (!(await freshness.regained(queryMs))) return { ok: false, rejection: busy };
    const result = await queries.ask(body as Query, applied(), sessionId);
    if (!result.ok || result.value.through <= applied()) return result;
    const isApplied = whenApplied(result.value.through).then(() => true);
    if (await within(isApplied, end - performance.now())) return result;
    return { ok: false, rejection: { code: "busy", waitMs: queryMs } };
  }

  /** See `SessionPorts`. */
  async authenticate(
    ...[address, credentials]: Parameters<SessionPorts["authenticate"]>
  ): ReturnType<SessionPorts["authenticate"]> {
    const { queries, kind, rhythm, freshness } = this.#options;
    if (!(await freshness.regained(rhythm.commandMs))) return { ok: false, rejection: busy };
    return queries.authenticate(kind(), address, credentials);
  }
}
