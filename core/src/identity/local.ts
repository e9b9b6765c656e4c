/**
 * The `local` provider: names and passwords of our own (OriginChats part 1, 2.5, in its order of checks). A
 * name is compared whatever its case; registration stores it in lower case, as the original does.
 */
import { randomUUID } from "node:crypto";
import type { AddressTag, CredentialId, Result, UserId } from "@dragoman/bus-schema";
import { type Config, type Logger, pause } from "@dragoman/service-kit";
import { checkFree, checkName } from "../decider/name.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { credentialHolders, followed, isKnownAddress, recordByRef } from "../state/find.ts";
import { registrationRefusal } from "../state/registration.ts";
import type { Person } from "../state/shape.ts";
import { addressTurns } from "./address-turns.ts";
import type { Attempts, Tried } from "./attempts.ts";
import { Familiar } from "./familiar.ts";
import { isPasswordLength } from "./password.ts";
import { PasswordChecks } from "./password-checks.ts";
import { badLogin, busy, type Refused, refused } from "./refusal.ts";
import type { Secrets } from "./secrets.ts";

export { hashPassword } from "./password.ts";

export interface LocalOptions {
  /** Of the present life. */
  readonly replica: () => ReplicaView;
  readonly secrets: Secrets;
  readonly attempts: Attempts;
  readonly accounts: Config["accounts"];
  readonly limits: Config["limits"];
  readonly reservedNames: ReadonlySet<string>;
  readonly logger: Logger;
}

/** What a person types, and where from. */
export interface Typed {
  readonly name: string;
  readonly password: string;
  readonly addressTag: AddressTag;
}

/** An account that is to be made at `session.open`, which stores its hash: a ticket that nobody shows leaves none. */
export interface NewAccount {
  readonly name: string;
  readonly credentialId: CredentialId;
  readonly sealedHash: string;
}

/** Who wants another password, and which. */
export interface Change {
  readonly userId: UserId;
  readonly addressTag: AddressTag;
  readonly current: string;
  readonly wanted: string;
}

/** How long a moment is waited for at which the state holds only what is stored. */
export const settleMs = 500;

/** Whether it went on, or after how long it may. */
type Held = { readonly slowMs: number };

export class Local {
  readonly #options: LocalOptions;
  readonly #turns = addressTurns();
  readonly #checks: PasswordChecks;
  readonly #familiar = new Familiar();

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#checks = new PasswordChecks(options.accounts);
  }

  /** Whose name and password these are. Bans are not looked at: a wrong password is told first. */
  async login(typed: Typed): Promise<Result<Person>> {
    const replica = this.#options.replica();
    if (typed.name.trim() === "" || typed.password === "") return badLogin("missing");
    if (!(await replica.reached(0, settleMs))) return busy();
    const tried = this.#tried(typed);
    const turn = { key: typed.addressTag, isFirst: tried.isKnown };
    let outcome = await this.#turns.run(turn, () => this.#try(typed, tried));
    if (outcome !== null && "slowMs" in outcome) {
      // Nobody else from there waits meanwhile.
      await pause(outcome.slowMs);
      outcome = await this.#turns.run(turn, () => this.#check(typed, tried));
    }
    if (outcome === null) return busy();
    if (!outcome.ok) return outcome;
    const owner = followed(replica.state, outcome.value.user.userId);
    return owner === undefined ? badLogin("unknown_user") : { ok: true, value: owner };
  }

  /** Checks a new account's name and password. The leader decides name and bounds once more. */
  async register(typed: Typed): Promise<Result<NewAccount>> {
    const { accounts, reservedNames, secrets } = this.#options;
    const replica = this.#options.replica();
    if (!accounts.allowRegistration) return badLogin("registration_disabled");
    const name = typed.name.trim().toLowerCase();
    const unfit = checkNew(name, typed.password);
    if (unfit !== undefined) return unfit;
    if (!(await replica.reached(0, settleMs))) return busy();
    const { state } = replica;
    const tooMany = registrationRefusal(
      state,
      typed.addressTag,
      replica.nowMs,
      this.#options.limits,
    );
    if (tooMany !== undefined) return refused(tooMany);
    const wrong = checkFree({ state, inputs: { reservedNames } }, name);
    if (wrong !== null) return refused(wrong);
    const turn = { key: typed.addressTag, isFirst: false };
    const hash = await this.#turns.run(turn, async () => ({
      value: await this.#checks.hash(typed.addressTag, typed.password),
    }));
    if (hash === null || hash.value === null) return busy();
    const credentialId = randomUUID() as CredentialId;
    return { ok: true, value: { name, credentialId, sealedHash: secrets.sealHash(hash.value) } };
  }

  /** Checks a person's present password and stores the hash of the next. */
  async change(asked: Change): Promise<Result<CredentialId>> {
    const { userId, addressTag, current, wanted } = asked;
    const record = credentialHolders(this.#options.replica().state, userId)[0];
    if (record === undefined) return badLogin("not_local");
    if (!isPasswordLength(wanted)) return badLogin("password_length");
    const right = await this.login({ name: record.user.userId, password: current, addressTag });
    if (!right.ok) return right;
    const hash = await this.#checks.hash(addressTag, wanted);
    if (hash === null) return busy();
    return { ok: true, value: await this.#options.secrets.storeCredential(hash) };
  }

  /** Whatever a person is called by, it is one account's budget. */
  #tried({ name, addressTag }: Typed): Tried {
    const { state } = this.#options.replica();
    const userId = recordByRef(state, name)?.user.userId;
    return {
      account: userId ?? name.trim().toLowerCase(),
      addressTag,
      isKnown: userId !== undefined && isKnownAddress(state, userId, addressTag),
    };
  }

  async #try(typed: Typed, tried: Tried): Promise<Result<Person> | Held> {
    const reply = await this.#options.attempts.ask(tried);
    if (reply === null) return busy();
    const { allowed, waitMs } = reply;
    if (!allowed) return refused({ code: "rate_limited", why: "logins", waitMs });
    return waitMs > 0 ? { slowMs: waitMs } : this.#check(typed, tried);
  }

  async #check({ name, password }: Typed, tried: Tried): Promise<Result<Person>> {
    const outcome = await this.#compare(name, password, tried);
    const isWrong = !outcome.ok && outcome.rejection.code === "bad_login";
    if (isWrong) this.#options.attempts.failed(tried);
    return outcome;
  }

  async #compare(
    name: string,
    password: string,
    { account, isKnown }: Tried,
  ): Promise<Result<Person>> {
    const { secrets, logger } = this.#options;
    const replica = this.#options.replica();
    const turn = { key: account, isFirst: isKnown };
    const nobody = async (why: "unknown_user" | "not_local"): Promise<Refused> =>
      (await this.#checks.feign(turn)) ? badLogin(why) : busy();
    const person = recordByRef(replica.state, name);
    if (person === undefined || (person.departed && person.mergedInto === undefined)) {
      return nobody("unknown_user");
    }
    const { credentialId } = person;
    if (!person.user.local || credentialId === undefined) return nobody("not_local");
    if (this.#familiar.knows(person, password, performance.now())) {
      return { ok: true, value: person };
    }
    const stored = await secrets.credential(credentialId);
    if (stored === null) {
      logger.error({ userId: person.user.userId }, "the account has no stored hash");
      return nobody("not_local");
    }
    const right = await this.#checks.verify(turn, stored, password);
    if (right === null) return busy();
    if (!right) return badLogin("wrong_password");
    this.#familiar.remember(person, password, performance.now());
    return { ok: true, value: person };
  }
}

/** OriginChats part 1, 2.5: both fields, the name's length, the password's length, then the alphabet. */
function checkNew(name: string, password: string): Refused | undefined {
  if (name === "" || password === "") return badLogin("missing");
  const unfit = checkName(name);
  const isLength = unfit?.code === "bad_login" && unfit.why === "name_length";
  if (!isLength && !isPasswordLength(password)) return badLogin("password_length");
  return unfit === null ? undefined : refused(unfit);
}
