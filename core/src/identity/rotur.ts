/**
 * The `rotur` provider (OriginChats part 1, 2.4): a validator is shown to Rotur together with the key of the
 * connection that it was made for, and Rotur says whose it is. Accepted only with status 200 and a body that
 * says `valid`; whatever else happens is the same refusal.
 */
import type { Config, Logger } from "@dragoman/service-kit";
import { z } from "zod";
import { Believed, jsonOf, Outside, type Question, urlBelow } from "./outside.ts";

export interface RoturPerson {
  /** Rotur's own, stable through renames. */
  readonly id: string;
  readonly name: string;
}

export type RoturOutcome =
  | { readonly kind: "person"; readonly person: RoturPerson }
  | { readonly kind: "refused" }
  /** Nothing was found out. */
  | { readonly kind: "failed" };

const Valid = z.object({
  valid: z.literal(true),
  id: z.string().min(1).max(200),
  username: z.string().min(1).max(200),
});

export class Rotur {
  readonly #config: Config["rotur"];
  readonly #outside: Outside;
  readonly #believed: Believed<RoturPerson>;
  readonly #logger: Logger;

  constructor(config: Config["rotur"], logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#outside = new Outside({ timeoutMs: () => config.timeoutMs, logger });
    this.#believed = new Believed(() => config.cacheMs);
  }

  /** @param key the connection's `validator_key`, the audience of the validator */
  async validate(key: string, validator: string | undefined): Promise<RoturOutcome> {
    const { url } = this.#config;
    const cacheKey = `${url} ${key} ${validator ?? ""}`;
    const known = this.#believed.get(cacheKey, performance.now());
    if (known !== undefined) return { kind: "person", person: known };
    const answer = await this.#outside.ask(roturQuestion(url, key, validator));
    if (answer === null) return { kind: "failed" };
    if (answer.status >= 500) {
      this.#logger.warn({ status: answer.status }, "Rotur has a fault");
      return { kind: "failed" };
    }
    const person = answer.status === 200 ? readRoturAnswer(answer.body) : null;
    if (person === null) return { kind: "refused" };
    this.#believed.put(cacheKey, person, performance.now());
    return { kind: "person", person };
  }
}

/** `GET <base>/validate?key=…&v=…`; a validator that was not given is not named. */
export function roturQuestion(base: string, key: string, validator: string | undefined): Question {
  const url = urlBelow(base, "/validate");
  url.searchParams.set("key", key);
  if (validator !== undefined) url.searchParams.set("v", validator);
  return { method: "GET", url };
}

/** Whose validator it is; null for everything that is not a clear yes with an id and a name. */
function readRoturAnswer(body: string): RoturPerson | null {
  const parsed = Valid.safeParse(jsonOf(body));
  if (!parsed.success || parsed.data.username.trim() === "") return null;
  return { id: parsed.data.id, name: parsed.data.username };
}
