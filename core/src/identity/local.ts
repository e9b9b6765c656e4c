/**
 * The `local` provider: names and passwords of our own (OriginChats part 1, 2.5, in its order of checks). A
 * name is compared whatever its case; registration stores it in lower case, as the original does.
 */
import { randomUUID } from "node:crypto";
import {
  type AddressTag,
  type CredentialId,
  type InviteId,
  type Result,
  splitInvite,
  type UserId,
} from "@dragoman/bus-schema";
import { type Config, type Logger, pause } from "@dragoman/service-kit";
import { checkFree, checkName } from "../decider/name.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { credentialHolders, followed, isKnownAddress, recordByRef } from "../state/find.ts";
import { goodInvite, unknownInvite } from "../state/invite.ts";
import { registrationRefusal } from "../state/registration.ts";
import type { Person } from "../state/shape.ts";
import { addressTurns } from "./address-turns.ts";
import type { Attempts, Tried } from "./attempts.ts";
import { Familiar } from "./familiar.ts";
import { inviteByCode } from "./invite-code.ts";
import { numberInCode } from "./link-code.ts";
import { isBcrypt, isPasswordLength } from "./password.ts";
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
  /** A code does not do: whoever has a session gets one, and would need no password to change the password. */
  readonly noCode?: true;
}

/** An account that is to be made at `session.open`, which stores its hash: a ticket that nobody shows leaves none. */
export interface NewAccount {
  readonly name: string;
  readonly credentialId: CredentialId;
  readonly sealedHash: string;
  readonly inviteId?: InviteId;
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

  /** Checks of passwords that wait for their turn. */
  get waitingChecks(): number {
    return this.#checks.waiting;
  }

  /**
   * Whose name and password these are. Bans are not looked at: a wrong password is told first. An invite's code behind the
   * name says nothing: clients show at each log-in what was typed at the first.
   */
  async login(given: Typed): Promise<Result<Person>> {
    const replica = this.#options.replica();
    const typed = { ...given, name: splitInvite(given.name).name };
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

  /**
   * Checks a new account's name and password, and the invite whose code stands behind the name. The leader decides name,
   * bounds and invite once more.
   */
  async register(typed: Typed): Promise<Result<NewAccount>> {
    const { accounts, reservedNames, secrets } = this.#options;
    const replica = this.#options.replica();
    const { name: shown, code } = splitInvite(typed.name);
    if (!accounts.allowRegistration && code === undefined) {
      return badLogin("registration_disabled");
    }
    const name = shown.toLowerCase();
    const unfit = checkNew(name, typed.password);
    if (unfit !== undefined) return unfit;
    if (!(await replica.reached(0, settleMs))) return busy();
    const { state } = replica;
    const { addressTag } = typed;
    const invite = code === undefined ? undefined : await this.#invite(code, addressTag);
    if (invite?.ok === false) return invite;
    const tooMany =
      invite === undefined
        ? registrationRefusal(state, addressTag, replica.nowMs, this.#options.limits)
        : undefined;
    if (tooMany !== undefined) return refused(tooMany);
    // Whoever types the code alone would be called so, and everybody could read it.
    if (inviteByCode(state, secrets, name) !== undefined) return badLogin("missing");
    const wrong = checkFree({ state, inputs: { reservedNames } }, name);
    if (wrong !== null) return refused(wrong);
    const turn = { key: addressTag, isFirst: false };
    const hash = await this.#turns.run(turn, async () => ({
      value: await this.#checks.hash(addressTag, typed.password),
    }));
    if (hash === null || hash.value === null) return busy();
    const credentialId = randomUUID() as CredentialId;
    const sealedHash = secrets.sealHash(hash.value);
    const by = invite === undefined ? {} : { inviteId: invite.value };
    return { ok: true, value: { name, credentialId, sealedHash, ...by } };
  }

  /** The invite of a code, if it is good. Guesses are limited as those of passwords are, by the address they come from. */
  async #invite(code: string, addressTag: AddressTag): Promise<Result<InviteId>> {
    const { secrets, attempts } = this.#options;
    const tried: Tried = { account: `invite ${addressTag}`, addressTag, isKnown: false };
    const reply = await attempts.ask(tried);
    if (reply === null) return busy();
    const { allowed, waitMs } = reply;
    if (!allowed || waitMs > 0) return refused({ code: "rate_limited", why: "logins", waitMs });
    const { state, nowMs } = this.#options.replica();
    const inviteId = inviteByCode(state, secrets, code);
    if (inviteId !== undefined && goodInvite(state, inviteId, nowMs) !== undefined) {
      return { ok: true, value: inviteId };
    }
    attempts.failed(tried);
    return refused(unknownInvite);
  }

  /** Checks a person's present password, if there is one, and stores the hash of the next. */
  async change(asked: Change): Promise<Result<CredentialId>> {
    const { userId, addressTag, current, wanted } = asked;
    const record = credentialHolders(this.#options.replica().state, userId)[0];
    if (!isPasswordLength(wanted)) return badLogin("password_length");
    if (record !== undefined) {
      const { userId: name } = record.user;
      const right = await this.login({ name, password: current, addressTag, noCode: true });
      if (!right.ok) return right;
    }
    const hash = await this.#checks.hash(addressTag, wanted);
    if (hash === null) return busy();
    return { ok: true, value: await this.#options.secrets.storeCredential(hash) };
  }

  /** A hash that came along from another server is made anew; where that fails, at the next log-in. */
  async #renew(credentialId: CredentialId, key: string, password: string): Promise<void> {
    const { secrets, logger } = this.#options;
    const hash = await this.#checks.hash(key, password);
    if (hash === null) return;
    await secrets.replaceCredential(credentialId, hash).catch((error: unknown) => {
      logger.warn({ err: error }, "a password hash is not made anew");
    });
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

  async #check(typed: Typed, tried: Tried): Promise<Result<Person>> {
    const outcome = await this.#compare(typed, tried);
    const isWrong = !outcome.ok && outcome.rejection.code === "bad_login";
    if (isWrong) this.#options.attempts.failed(tried);
    return outcome;
  }

  /** The person, if what was typed is a code that was given to them (`/move`). One of somebody else's is not used up. */
  async #byCode(person: Person, typed: string): Promise<Person | undefined> {
    const { replica, secrets } = this.#options;
    const { state, nowMs } = replica();
    const owner = followed(state, person.user.userId);
    if (owner === undefined || numberInCode(typed) !== owner.user.number) return undefined;
    const given = await secrets.links.redeem(typed, nowMs);
    const isOwn = given?.userId === owner.user.userId && given.epoch === owner.epoch;
    return isOwn ? owner : undefined;
  }

  async #compare(typed: Typed, { account, isKnown }: Tried): Promise<Result<Person>> {
    const { name, password, noCode } = typed;
    const { secrets, logger } = this.#options;
    const replica = this.#options.replica();
    const turn = { key: account, isFirst: isKnown };
    const nobody = async (why: "unknown_user" | "not_local"): Promise<Refused> =>
      (await this.#checks.feign(turn)) ? badLogin(why) : busy();
    const person = recordByRef(replica.state, name);
    if (person === undefined || (person.departed && person.mergedInto === undefined)) {
      return nobody("unknown_user");
    }
    const byCode = noCode ? undefined : await this.#byCode(person, password);
    if (byCode !== undefined) return { ok: true, value: byCode };
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
    if (isBcrypt(stored)) await this.#renew(credentialId, turn.key, password);
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
