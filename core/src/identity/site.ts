/**
 * The `site` provider (Sock Chat reference, 3.1 to 3.4): packet 1 goes to the web site that its sender comes
 * from, in the form that the operator chose. A site that cannot be reached, or whose answer makes no sense, is
 * a refusal like any other. Bans that the site keeps are asked for at every log-in.
 */
import { aheadMs } from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import { Believed, Outside, type OutsideAnswer } from "./outside.ts";
import {
  authQuestion,
  type Bumped,
  banCheckQuestion,
  banQuestion,
  bansQuestion,
  bumpQuestion,
  readAuthAnswer,
  readBanCheck,
  readBans,
  readId,
  readVerified,
  reasonIn,
  type SiteBan,
  type SitePerson,
  unbanQuestion,
  verifyQuestion,
} from "./site-wire.ts";

export type SiteOutcome =
  | { readonly kind: "person"; readonly person: SitePerson }
  | { readonly kind: "banned"; readonly person: SitePerson; readonly untilMs: number | null }
  | { readonly kind: "refused" }
  /** Nothing was found out. */
  | { readonly kind: "failed" };

/** What becomes of something that the site is told. */
export type Told = "done" | "refused" | "failed";

const refused: SiteOutcome = { kind: "refused" };
const failed: SiteOutcome = { kind: "failed" };

export class Site {
  readonly #config: Config["site"];
  readonly #outside: Outside;
  readonly #logger: Logger;
  readonly #believed: Believed<SitePerson>;
  readonly #nowMs: () => number;

  /** @param nowMs the journal's time */
  constructor(config: Config["site"], logger: Logger, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#config = config;
    this.#logger = logger;
    this.#outside = new Outside({ timeoutMs: () => config.timeoutMs, logger });
    this.#believed = new Believed(() => config.cacheMs);
  }

  /** Whether the site has more to it than the one question: bumps and bans. */
  get keepsBans(): boolean {
    return this.#config.form === "sharpchat";
  }

  /** Whom the fields of a packet 1 are, from an address. */
  async prove(fields: readonly string[], ip: string): Promise<SiteOutcome> {
    const person = await this.#personOf(fields, ip);
    if (!("id" in person)) return person;
    const typed = readId(fields[0] ?? "");
    // Part 3.1: in the numeric form the id must be the token's owner's.
    if (typed !== null && typed !== person.id) return refused;
    if (!this.keepsBans) return { kind: "person", person };
    const ban = await this.#banOf({ id: person.id, ip });
    if (ban === "unknown") return failed;
    return ban === null
      ? { kind: "person", person }
      : { kind: "banned", person, untilMs: ban.untilMs };
  }

  async #personOf(fields: readonly string[], ip: string): Promise<SitePerson | SiteOutcome> {
    const { form, url } = this.#config;
    // What one site has said is no word of another.
    const key = JSON.stringify([form, url, ip, ...fields]);
    const known = this.#believed.get(key, performance.now());
    if (known !== undefined) return known;
    const [scheme = "", token = ""] = fields;
    const answer = await this.#outside.ask(
      form === "2015"
        ? authQuestion(url, fields)
        : // A scheme by name says no id: 0, and the site looks for the token alone.
          verifyQuestion(this.#config, { id: readId(scheme) ?? 0, token, ip }),
    );
    if (answer === null) return failed;
    if (answer.status >= 500) {
      this.#logger.warn({ status: answer.status }, "the site has a fault");
      return failed;
    }
    const read =
      form === "2015" ? readAuthAnswer(answer.body) : readVerified(answer.body, answer.clockMs);
    if (read === null) {
      const reason = form === "2015" ? "no" : reasonIn(answer.body);
      this.#logger.info({ status: answer.status, reason }, "the site refuses a log-in");
      return refused;
    }
    const silencedUntilMs = this.#inOurTime(read.silencedUntilMs, answer);
    const person = { ...read, silencedUntilMs };
    this.#believed.put(key, person, performance.now());
    return person;
  }

  /** A site without the check (404) has a list. */
  async #banOf(who: Bumped): Promise<SiteBan | null | "unknown"> {
    const answer = await this.#outside.ask(banCheckQuestion(this.#config, who));
    if (answer === null || answer.status >= 500) return "unknown";
    if (answer.status !== 404) {
      const ban = readBanCheck(answer.body, answer.clockMs);
      return ban && { ...ban, untilMs: this.#inOurTime(ban.untilMs, answer) };
    }
    const bans = await this.bans();
    if (bans === null) return "unknown";
    return bans.find(({ id, ip }) => id === who.id || (ip !== "" && ip === who.ip)) ?? null;
  }

  /** All bans that the site keeps and that run; null: not to be had. */
  async bans(): Promise<readonly SiteBan[] | null> {
    const answer = await this.#outside.ask(bansQuestion(this.#config));
    if (answer === null || answer.status >= 400) return null;
    const bans = readBans(answer.body, answer.clockMs);
    return bans?.map((ban) => ({ ...ban, untilMs: this.#inOurTime(ban.untilMs, answer) })) ?? null;
  }

  /** The site says ends by its own clock: what is left of them counts. */
  #inOurTime(untilMs: number | null, { clockMs }: OutsideAnswer): number | null {
    return untilMs === null ? null : untilMs + aheadMs(this.#nowMs(), clockMs);
  }

  /** Tells who is here. */
  bump(present: readonly Bumped[]): Promise<Told> {
    return this.#tell(bumpQuestion(this.#config, present));
  }

  ban(ban: Parameters<typeof banQuestion>[1]): Promise<Told> {
    this.#believed.clear();
    return this.#tell(banQuestion(this.#config, ban));
  }

  unban(id: number): Promise<Told> {
    return this.#tell(unbanQuestion(this.#config, id));
  }

  async #tell(question: Parameters<Outside["ask"]>[0]): Promise<Told> {
    const answer = await this.#outside.ask(question);
    if (answer === null || answer.status >= 500) return "failed";
    if (answer.status < 400) return "done";
    const what = `${question.method} ${question.url.pathname}`;
    this.#logger.error({ what, status: answer.status }, "the site refuses what it is told");
    return "refused";
  }
}
