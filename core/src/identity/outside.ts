/**
 * Questions over HTTP to the services that other people run: a time limit on each, one more try when the
 * connection failed (never after a time-out, which has used the time up), a bound on what is read, and on how
 * many are under way.
 */
import { readJson } from "@dragoman/bus-schema";
import { baseUrl, type Logger, wallMs } from "@dragoman/service-kit";
import { Turns } from "./turns.ts";

/** What is read of an answer at most. */
const answerBytesMax = 4 * 1024 * 1024;
/** Questions under way at once to one service, and waiting. */
const concurrency = 32;
const queue = 5_000;

export interface OutsideOptions {
  /** Of one try; asked for anew at each. */
  readonly timeoutMs: () => number;
  readonly logger: Logger;
}

export interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; without a content type unless `headers` names one. */
  readonly body?: Uint8Array<ArrayBuffer>;
}

export interface OutsideAnswer {
  readonly status: number;
  readonly body: string;
  /** What the service's own clock said; epoch ms. */
  readonly clockMs: number;
}

/** An address below the base that a configuration names, with or without a slash at its end. */
export function urlBelow(base: string, path: string): URL {
  return new URL(`${baseUrl(base)}${path}`);
}

/** The JSON of an answer; undefined: it is none. */
export function jsonOf(body: string): unknown {
  try {
    return readJson(body);
  } catch {
    return undefined;
  }
}

const anybody = { key: "", isFirst: false };

export class Outside {
  readonly #options: OutsideOptions;
  readonly #work = new Turns({ atOnce: concurrency, waitingMax: queue });

  constructor(options: OutsideOptions) {
    this.#options = options;
  }

  /** The answer, or null when there is none to be had: unreachable, too late, too long, too many waiting. */
  async ask(question: Question): Promise<OutsideAnswer | null> {
    const outcome = await this.#work.run(anybody, async () => ({
      answer: await this.#tryTwice(question),
    }));
    return outcome?.answer ?? null;
  }

  async #tryTwice(question: Question): Promise<OutsideAnswer | null> {
    for (let left = 1; ; left -= 1) {
      try {
        return await this.#try(question);
      } catch (error) {
        const isLate = error instanceof DOMException && error.name === "TimeoutError";
        // Only where: the question itself holds secrets.
        const { origin, pathname } = question.url;
        const where = `${question.method} ${origin}${pathname}`;
        this.#options.logger.warn({ where, why: reasonOf(error) }, "no answer from outside");
        if (isLate || left === 0) return null;
      }
    }
  }

  async #try({ method, url, headers, body }: Question): Promise<OutsideAnswer> {
    const response = await fetch(url, {
      method,
      redirect: method === "GET" ? "follow" : "error",
      signal: AbortSignal.timeout(this.#options.timeoutMs()),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
    const clockMs = clockOf(response.headers.get("date") ?? "", wallMs());
    return { status: response.status, body: await read(response), clockMs };
  }
}

/** By a `Date` header, which counts whole seconds: where our own clock agrees, it is the finer one. */
export function clockOf(date: string, ownMs: number): number {
  const theirsMs = Date.parse(date);
  return Number.isNaN(theirsMs) || Math.abs(theirsMs - ownMs) < 2_000 ? ownMs : theirsMs;
}

async function read(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Network errors hide their reason in `cause`; their texts name hosts and ports and nothing else. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Good answers, believed for a while, so that those who come back at once cost no question. */
export class Believed<T extends NonNullable<unknown>> {
  readonly #ms: () => number;
  readonly #max: number;
  readonly #entries = new Map<string, { readonly value: T; readonly untilMs: number }>();

  /** @param ms how long one that is put now is believed */
  constructor(ms: () => number, max = 10_000) {
    this.#ms = ms;
    this.#max = max;
  }

  /** @param nowMs any clock that does not run backwards */
  get(key: string, nowMs: number): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.untilMs > nowMs) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  put(key: string, value: T, nowMs: number): void {
    const ms = this.#ms();
    if (ms === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: nowMs + ms });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#max) break;
      this.#entries.delete(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}
