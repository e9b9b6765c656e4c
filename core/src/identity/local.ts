/**
 * The `local` provider: names and passwords of our own (OriginChats part 1, 2.5, in its order of checks). A
 * name is compared whatever its case; registration stores it in lower case, as the original does.
 */
import type { AddressTag, CredentialId, Result } from "@dragoman/bus-schema";
import type { Config, Logger } from "@dragoman/service-kit";
import { checkName, nameTaken } from "../decider/name.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { followed, recordByRef } from "../state/find.ts";
import type { Person } from "../state/shape.ts";
import type { Attempts } from "./attempts.ts";
import { BoundedWork } from "./bounded-work.ts";
import { Familiar } from "./familiar.ts";
import { hashPassword, isPasswordLength, verifyPassword } from "./password.ts";
import { badLogin, busy, type Refused, refused } from "./refusal.ts";
import type { Secrets } from "./secrets.ts";

export { hashPassword } from "./password.ts";

export interface LocalOptions {
  readonly replica: ReplicaView;
  readonly secrets: Secrets;
  readonly attempts: Attempts;
  readonly accounts: Config["accounts"];
  readonly logger: Logger;
}

/** What a person types, and where from. */
export interface Typed {
  readonly name: string;
  readonly password: string;
  readonly addressTag: AddressTag;
}

/** An account that is to be made at `session.open`; its hash is stored. */
export interface NewAccount {
  readonly name: string;
  readonly credentialId: CredentialId;
}

/** How long a moment is waited for at which the state holds only what is stored. */
export const settleMs = 500;

export class Local {
  readonly #options: LocalOptions;
  readonly #work: BoundedWork;
  readonly #familiar = new Familiar();
  /** What unknown people's passwords are compared with, so that they cost what known ones do. */
  readonly #nobody = hashPassword(crypto.randomUUID());

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#work = new BoundedWork({
      concurrency: options.accounts.verifyConcurrency,
      queue: options.accounts.verifyQueue,
    });
  }

  /** Whose name and password these are. Bans are not looked at: a wrong password is told first. */
  async login(typed: Typed): Promise<Result<Person>> {
    const { replica, attempts } = this.#options;
    if (typed.name.trim() === "" || typed.password === "") return badLogin("missing");
    if (!(await replica.reached(0, settleMs))) return busy();
    const person = recordByRef(replica.state, typed.name);
    // Whatever a person is called by, it is one account's budget.
    const account = person?.user.userId ?? typed.name.trim().toLowerCase();
    const charged = await this.#charge(account, typed.addressTag);
    if (charged !== undefined) return charged;
    const outcome = await this.#check(person, typed.password);
    // A full queue has told nobody anything.
    if (outcome.ok || outcome.rejection.code === "busy") attempts.refund(account, typed.addressTag);
    if (!outcome.ok) return outcome;
    const owner = followed(replica.state, outcome.value.user.userId);
    return owner === undefined ? badLogin("unknown_user") : { ok: true, value: owner };
  }

  /** Checks a new account's name and password and stores the hash. The leader decides the name once more. */
  async register(typed: Typed): Promise<Result<NewAccount>> {
    const { accounts, attempts, replica, secrets } = this.#options;
    if (!accounts.allowRegistration) return badLogin("registration_disabled");
    const name = typed.name.trim().toLowerCase();
    const unfit = checkNew(name, typed.password);
    if (unfit !== undefined) return unfit;
    const charged = await this.#charge(name, typed.addressTag);
    if (charged !== undefined) return charged;
    if (!(await replica.reached(0, settleMs))) return busy();
    if (nameTaken(replica.state, name)) return badLogin("taken");
    const hash = await this.#work.run(() => hashPassword(typed.password));
    attempts.refund(name, typed.addressTag);
    if (hash === null) return busy();
    return { ok: true, value: { name, credentialId: await secrets.storeCredential(hash) } };
  }

  async #charge(account: string, addressTag: AddressTag): Promise<Refused | undefined> {
    const reply = await this.#options.attempts.charge(account, addressTag);
    if (reply === null) return busy();
    if (reply.allowed) return undefined;
    return refused({ code: "rate_limited", why: "logins", waitMs: reply.waitMs });
  }

  async #check(person: Person | undefined, password: string): Promise<Result<Person>> {
    if (person === undefined || (person.departed && person.mergedInto === undefined)) {
      return (await this.#compare(await this.#nobody, password)) ?? badLogin("unknown_user");
    }
    const { credentialId } = person;
    if (!person.user.local || credentialId === undefined) {
      return (await this.#compare(await this.#nobody, password)) ?? badLogin("not_local");
    }
    if (this.#familiar.knows(person, password, performance.now())) {
      return { ok: true, value: person };
    }
    const stored = await this.#options.secrets.credential(credentialId);
    if (stored === null) {
      this.#options.logger.error({ userId: person.user.userId }, "the account has no stored hash");
    }
    const right = await this.#work.run(async () =>
      verifyPassword(stored ?? (await this.#nobody), password),
    );
    if (right === null) return busy();
    if (!right || stored === null) return badLogin("wrong_password");
    this.#familiar.remember(person, password, performance.now());
    return { ok: true, value: person };
  }

  /** Pays the price of a check whose outcome is known; a rejection when the queue is full. */
  async #compare(hash: string, password: string): Promise<Refused | undefined> {
    const done = await this.#work.run(() => verifyPassword(hash, password));
    return done === null ? busy() : undefined;
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
