/**
 * What people have subscribed to at Rotur (OriginChats part 2, 14.2): their uploads stay longer. Asked by the name
 * that Rotur knows them under; whatever goes wrong there is no subscription, and nothing of it is remembered.
 */
import type { KeyTag } from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import { z } from "zod";
import { sessionByTag } from "../state/file.ts";
import type { Reading, State } from "../state/shape.ts";
import { Believed, jsonOf, Outside, type Question, urlBelow } from "./outside.ts";

export interface TierOptions {
  readonly config: Config;
  readonly state: () => Reading<State>;
  readonly logger: Logger;
}

const Profile = z.object({ subscription: z.unknown().exactOptional() });
const none = "none";

export class Tiers {
  readonly #options: TierOptions;
  readonly #outside: Outside;
  readonly #believed: Believed<string>;
  /** Questions under way: a command that is repeated meanwhile asks none of its own. */
  readonly #asking = new Map<string, Promise<string | null>>();

  constructor(options: TierOptions) {
    const { rotur } = options.config;
    this.#options = options;
    this.#outside = new Outside({ timeoutMs: () => rotur.timeoutMs, logger: options.logger });
    this.#believed = new Believed(() => rotur.tierCacheMs);
  }

  /** The subscription of the owner of the session with that key's tag; null: none that is known. */
  async ofKey(tag: KeyTag): Promise<string | null> {
    const { config, state } = this.#options;
    const wanted = config.attachments.permanentTiers.length > 0;
    if (!wanted || !config.accounts.providers.includes("rotur")) return null;
    const live = sessionByTag(state(), tag);
    const person = live && state().people.get(live.session.userId);
    const identity = person?.identities?.find(({ provider }) => provider === "rotur");
    return identity === undefined ? null : this.#of(identity.name.toLowerCase());
  }

  #of(name: string): Promise<string | null> {
    const known = this.#believed.get(name, performance.now());
    if (known !== undefined) return Promise.resolve(known);
    const under = this.#asking.get(name);
    if (under !== undefined) return under;
    const asked = this.#ask(name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asked);
    return asked;
  }

  async #ask(name: string): Promise<string | null> {
    const { config, logger } = this.#options;
    const answer = await this.#outside.ask(profileQuestion(config.rotur.url, name));
    if (answer === null) return null;
    const tier = answer.status === 200 ? readProfile(answer.body) : null;
    if (tier === null) {
      logger.warn({ status: answer.status }, "Rotur tells no profile");
      return null;
    }
    this.#believed.put(name, tier, performance.now());
    return tier;
  }
}

/** `GET <base>/profile?include_posts=0&name=…`. */
function profileQuestion(base: string, name: string): Question {
  const url = urlBelow(base, "/profile");
  url.searchParams.set("include_posts", "0");
  url.searchParams.set("name", name);
  return { method: "GET", url };
}

/** The subscription in small letters, `none` where the profile names none; null: it is no profile. */
function readProfile(body: string): string | null {
  const parsed = Profile.safeParse(jsonOf(body));
  if (!parsed.success) return null;
  const { subscription } = parsed.data;
  return typeof subscription === "string" ? subscription.toLowerCase() : none;
}
