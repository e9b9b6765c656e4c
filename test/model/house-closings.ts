/** Which sessions have ended or are lost: nobody tells a client that has gone. And the numbers of people. */
import { watchJournal } from "../support/journal.ts";
import type { Operator } from "../support/operator.ts";
import type { Side } from "./house-state.ts";

const limitMs = 60_000;

const sides: ReadonlyMap<string, Side> = new Map([
  ["originchats", "oc"],
  ["sockchat", "sc"],
]);

/** The sessions of a person on one side. */
interface Sessions {
  opened: number;
  /** Those that have neither ended nor are lost. */
  readonly live: Set<string>;
}

export class Closings {
  readonly #log: ReturnType<typeof watchJournal>;
  readonly #ids = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  readonly #sessions = new Map<string, Sessions>();

  constructor({ bus }: Operator) {
    this.#log = watchJournal(bus);
    this.#log.tell(({ batch }) => {
      for (const event of batch.commits.flatMap(({ events }) => events)) {
        if (event.type === "user.joined") {
          this.#ids.set(event.user.name, event.user.userId);
          this.#numbers.set(event.user.name, String(event.user.number));
        } else if (event.type === "session.opened") {
          const { userId, protocol, sessionId } = event.session;
          const sessions = this.#of(userId, sides.get(protocol));
          sessions.opened += 1;
          sessions.live.add(sessionId);
        } else if (event.type === "session.dropped") this.#end(event.sessionId);
        else if (event.type === "session.closed") this.#end(event.session.sessionId);
      }
    });
  }

  #of(userId: string, side: Side | undefined): Sessions {
    const key = `${userId} ${side}`;
    const known = this.#sessions.get(key) ?? { opened: 0, live: new Set() };
    this.#sessions.set(key, known);
    return known;
  }

  #end(sessionId: string): void {
    for (const { live } of this.#sessions.values()) live.delete(sessionId);
  }

  /** Waits until no session of somebody is left on a side. @param opened how many there were at least */
  async ended(name: string, side: Side, opened: number): Promise<void> {
    const isOver = (): boolean => {
      const sessions = this.#of(this.#ids.get(name) ?? "", side);
      return sessions.opened >= opened && sessions.live.size === 0;
    };
    await this.#log.until(`the end of the sessions of ${name}`, isOver, limitMs);
    this.#log.forget();
  }

  /** The number of somebody on Sock Chat. */
  async numberOf(name: string): Promise<string> {
    await this.#log.until(`the account of ${name}`, () => this.#numbers.has(name), limitMs);
    return this.#numbers.get(name) ?? "";
  }
}
