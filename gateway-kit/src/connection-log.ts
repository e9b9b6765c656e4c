/** What the log says of connections: one line when they come, when somebody is let in or not, when they are limited, and why they end. */
import type { Rejection, Session } from "@dragoman/bus-schema";
import {
  type Config,
  type EventFields,
  EventLog,
  type Logger,
  shownAddress,
} from "@dragoman/service-kit";
import type { View } from "./view.ts";

/** Whom a line is about. */
interface About {
  readonly address: string;
  readonly session: Session | undefined;
}

/** Refusals that are a limit's. */
const limits: readonly Rejection["code"][] = ["rate_limited", "limit_reached", "silenced"];
/** Of a session's id so much is written: enough to find its lines, and nothing to speak by. */
const idShown = 8;

export class ConnectionLog {
  readonly #events: EventLog;
  readonly #config: Pick<Config, "logAddresses">;
  readonly #view: () => View;

  constructor(logger: Logger, config: Pick<Config, "logAddresses">, view: () => View) {
    this.#events = new EventLog(logger);
    this.#config = config;
    this.#view = view;
  }

  connected(about: About): void {
    this.#events.tell("connected", () => this.#of(about));
  }

  signedIn(about: About): void {
    this.#events.tell("signed in", () => this.#of(about));
  }

  /** What was typed is not told: it may be a password in the wrong field. */
  refused(about: About, rejection: Rejection): void {
    this.#events.tell("log-in refused", () => ({ ...this.#of(about), ...why(rejection) }));
  }

  /** A command was refused; told where a limit is the reason. */
  limited(about: About, rejection: Rejection): void {
    if (!limits.includes(rejection.code)) return;
    this.#events.tell("limited", () => ({ ...this.#of(about), ...why(rejection) }));
  }

  /**
   * @param cause the reason of a `Closing`, `left` where the client has gone by itself
   * @param owed bytes that it was still to be sent
   */
  closed(about: About, cause: string, openMs: number, owed: number): void {
    const isSlow = cause === "slow";
    this.#events.tell(
      isSlow ? "slow reader closed" : "closed",
      () => ({
        ...this.#of(about),
        cause,
        openSeconds: Math.round(openMs / 1_000),
        ...(owed > 0 ? { owedBytes: owed } : {}),
      }),
      isSlow ? "warn" : "info",
    );
  }

  #of({ address, session }: About): EventFields {
    const shown = shownAddress(address, this.#config.logAddresses);
    const from = shown === undefined ? {} : { address: shown };
    if (session === undefined) return from;
    const { userId, sessionId } = session;
    const person = this.#view().roster.user(userId)?.name;
    return {
      session: sessionId.slice(0, idShown),
      userId,
      ...(person === undefined ? {} : { person }),
      ...from,
    };
  }
}

function why(rejection: Rejection): EventFields {
  if (rejection.code === "bad_login" || rejection.code === "rate_limited") {
    return { code: rejection.code, why: rejection.why };
  }
  return rejection.code === "limit_reached"
    ? { code: rejection.code, what: rejection.what }
    : { code: rejection.code };
}
