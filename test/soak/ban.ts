/** Bans in the run: a moderator puts somebody out who is on every gateway, sees that it is so, and takes it back. */
import { elapse } from "@dragoman/testing/deadline";
import { openChannel } from "../support/connection.ts";
import type { Ban } from "../support/ledger.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { Person } from "../support/person.ts";

/** A person under several names at once: one `Person` for each gateway. */
export interface Victim {
  readonly name: string;
  readonly everywhere: readonly Person[];
}

/** A ban as it went. */
export interface BanGone extends Ban {
  readonly victim: Victim;
  readonly askedMs: number;
  /** When the last socket was closed. */
  readonly lastSocketMs: number;
  /** When it was taken back: what is heard later is right. */
  endedMs: number;
}

/** Between two bans. */
const pauseMs = 4_000;
const answerMs = 20_000;
const retryMs = 200;

const now = (): number => performance.now();

export class Moderator {
  readonly bans: BanGone[] = [];
  readonly #name: string;
  readonly #ports: readonly number[];
  /** Who was put out behind which message, as others heard it, and when. */
  readonly #told: { readonly name: string; readonly behind: number; readonly atMs: number }[] = [];
  #client: OriginchatsClient | undefined;
  #tries = 0;
  #isOver = false;

  /** @param ports where the moderator signs in, one after the other */
  constructor(name: string, ports: readonly number[]) {
    this.#name = name;
    this.#ports = ports;
  }

  /** Somebody heard of a ban, at its place among the messages. */
  heard(name: string, last: ReadonlyMap<string, number>): void {
    const behind = last.get(openChannel);
    if (behind !== undefined) this.#told.push({ name, behind, atMs: now() });
  }

  /** Bans one after the other until `settle`. */
  async work(victims: readonly Victim[]): Promise<void> {
    for (let n = 0; !this.#isOver; n += 1) {
      await elapse(pauseMs);
      const victim = victims[n % victims.length];
      if (victim === undefined || this.#isOver) return;
      // Whoever is nowhere cannot be put out.
      if (victim.everywhere.some(({ isIn }) => isIn)) await this.#ban(victim);
    }
  }

  settle(): void {
    this.#isOver = true;
  }

  end(): void {
    this.#client?.socket.terminate();
  }

  /** What others heard of a ban. */
  #behind(name: string, fromMs: number, toMs: number): number | undefined {
    return this.#told.find((one) => one.name === name && one.atMs > fromMs && one.atMs < toMs)
      ?.behind;
  }

  async #ban(victim: Victim): Promise<void> {
    const { name } = victim;
    let askedMs = now();
    const there = victim.everywhere.flatMap(({ visits, isIn }) => (isIn ? visits.slice(-1) : []));
    let lastSocketMs = askedMs;
    const gone = Promise.all(
      there.map(async ({ connection }) => {
        await connection?.closed;
        lastSocketMs = now();
      }),
    );
    const answer = await this.#insist("user_ban", name, () => {
      askedMs = now();
    });
    // A second try is answered as one that changes nothing, and waits for nobody.
    const isFirst = answer === true;
    const acknowledgedMs = isFirst ? now() : Number.POSITIVE_INFINITY;
    const ban: BanGone = {
      victim,
      name,
      askedMs,
      acknowledgedMs,
      lastSocketMs: 0,
      endedMs: Number.POSITIVE_INFINITY,
    };
    await Promise.race([gone, elapse(answerMs)]);
    this.bans.push(ban);
    // They try to come back meanwhile.
    await elapse(retryMs);
    const liftedMs = now();
    await this.#insist("user_unban", name, () => undefined);
    ban.endedMs = liftedMs;
    const behind = this.#behind(name, askedMs, liftedMs);
    Object.assign(ban, { lastSocketMs, ...(behind === undefined ? {} : { behind }) });
  }

  /** Asks until it is answered. @returns whether it changed anything */
  async #insist(cmd: "user_ban" | "user_unban", user: string, asked: () => void): Promise<boolean> {
    for (;;) {
      try {
        this.#client ??= await this.#signIn();
        this.#client.log.forget();
        asked();
        const packet = await Promise.race([
          this.#client.ask({ cmd, user }, answerMs),
          this.#client.closed(2 * answerMs).then(() => undefined),
        ]);
        if (packet?.cmd === cmd) return packet[cmd === "user_ban" ? "banned" : "unbanned"] === true;
      } catch {
        // The gateway is gone, or has not answered: another is asked.
      }
      if (this.#client?.isOpen !== true) {
        this.#client?.socket.terminate();
        this.#client = undefined;
      }
      await elapse(retryMs);
    }
  }

  #signIn(): Promise<OriginchatsClient> {
    const port = this.#ports[this.#tries++ % this.#ports.length] ?? 0;
    return OriginchatsClient.signIn(port, this.#name);
  }
}
