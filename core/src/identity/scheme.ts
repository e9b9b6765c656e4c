/**
 * One row per form of credentials: which provider is asked, and what a ticket says then. Fields without a name (Sock Chat
 * reference, 3.1) go to the providers in the order of the configuration, until one takes it.
 */
import {
  type AddressTag,
  type AuthenticateRequest,
  type CommunityId,
  type Provider,
  type Result,
  splitInvite,
  type UserId,
} from "@dragoman/bus-schema";
import type { Bus, Config, Logger } from "@dragoman/service-kit";
import type { OutsideAccount, VerifiedTicket } from "../decider/contract.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import {
  banOf,
  followed,
  isKnownAddress,
  personByIdentity,
  personByRef,
  recordByRef,
} from "../state/find.ts";
import type { Person } from "../state/shape.ts";
import { isGoodToken } from "../state/token.ts";
import { addressTurns } from "./address-turns.ts";
import type { Attempts } from "./attempts.ts";
import { guestAccount } from "./guest.ts";
import { type Local, settleMs } from "./local.ts";
import { badLogin, busy, type Refused, refused } from "./refusal.ts";
import { Rotur } from "./rotur.ts";
import type { Secrets } from "./secrets.ts";
import { Site } from "./site.ts";
import type { SitePerson } from "./site-wire.ts";
import { hasTokenForm, verifyToken } from "./token.ts";

export interface SchemeOptions {
  readonly attempts: Attempts;
  readonly local: Local;
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly replica: ReplicaView;
  readonly secrets: Secrets;
  readonly config: Config;
  /** See `Inputs`. */
  readonly reservedNames: ReadonlySet<string>;
  readonly logger: Logger;
}

type Credentials = AuthenticateRequest["credentials"];
type Scheme = Credentials["scheme"];
type CredentialsOf<S extends Scheme> = Extract<Credentials, { scheme: S }>;
/** What a ticket says of the account, and by which provider. */
type Proof = Pick<VerifiedTicket, "provider" | "account">;
/** Where somebody comes from; the raw address goes to a site and nowhere else. */
interface From {
  readonly address: string;
  readonly addressTag: AddressTag;
}
export type SchemeRow<S extends Scheme> = (
  credentials: CredentialsOf<S>,
  from: From,
) => Promise<Result<Proof>>;
export type Schemes = { readonly [S in Scheme]: SchemeRow<S> };

type ProviderName = Config["accounts"]["providers"][number];
/** What a provider makes of packet 1; undefined: it is not for this one. */
type PacketRow = (
  fields: readonly string[],
  from: From,
) => Promise<Result<Proof> | undefined> | undefined;

/** What was shown, for a metric: fields without a name hold log-ins of every kind (Sock Chat reference, 3.1). */
export function schemeShown(credentials: Credentials): string {
  if (credentials.scheme !== "site") return credentials.scheme;
  const kind = credentials.fields[0]?.toLowerCase();
  if (kind === "local") return "password";
  if (kind === "guest") return "guest";
  return hasTokenForm(credentials.fields[1] ?? "") ? "token" : "site";
}

export function createSchemes(options: SchemeOptions): Schemes {
  const { replica, config, local, attempts } = options;
  const { accounts } = config;
  const outsiders = new Outsiders(options, attempts);
  const isOn = (provider: ProviderName): boolean => accounts.providers.includes(provider);

  const password: SchemeRow<"password"> = async ({ name, password: typed }, { addressTag }) => {
    if (isOn("token") && hasTokenForm(typed)) {
      // Bridge table, token: a token of ours is accepted as the password of the account that it is for.
      const { person, proof } = await proveToken(options, typed);
      if (person !== undefined && person === personByRef(replica.state, splitInvite(name).name))
        return proof;
    }
    if (!isOn("local")) return badLogin(isOn("token") ? "bad_token" : "provider_disabled");
    const known = await local.login({ name, password: typed, addressTag });
    if (!known.ok) return known;
    // Told after a wrong password (OriginChats part 1, 2.5), on a state that may have moved meanwhile.
    if (!(await replica.reached(0, settleMs))) return busy();
    const { epoch, user } = known.value;
    const { userId } = user;
    // A new password ends what the former one has proved.
    const account = { kind: "user", userId, epoch } as const;
    return banned(replica, userId) ?? { ok: true, value: { provider: "local", account } };
  };

  const token: SchemeRow<"token"> = async ({ token: shown, number }) => {
    if (!isOn("token")) return badLogin("bad_token");
    return (await proveToken(options, shown, number)).proof;
  };

  const register: SchemeRow<"register"> = async ({ name, password: typed }, { addressTag }) => {
    if (!isOn("local")) return badLogin("registration_disabled");
    const made = await local.register({ name, password: typed, addressTag });
    if (!made.ok) return made;
    return { ok: true, value: { provider: "local", account: { kind: "new", ...made.value } } };
  };

  /** Who has an invite and no account yet makes one: that client shows the same at each connection. */
  const byPassword: PacketRow = ([scheme = "", given = "", typed = ""], from) => {
    if (scheme.toLowerCase() !== "local") return undefined;
    const shown = { name: given.slice(0, nameMax), password: typed };
    const { name, code } = splitInvite(shown.name);
    const isNew =
      isOn("local") && code !== undefined && recordByRef(replica.state, name) === undefined;
    return isNew
      ? register({ scheme: "register", ...shown }, from)
      : password({ scheme: "password", ...shown }, from);
  };

  const packets: { readonly [P in ProviderName]: PacketRow } = {
    local: byPassword,
    token: async (fields, from) => {
      const [scheme = "", shown = ""] = fields;
      if (scheme.toLowerCase() === "local") return byPassword(fields, from);
      if (!hasTokenForm(shown)) return undefined;
      const number = /^[0-9]+$/.test(scheme) ? Number(scheme) : undefined;
      const { isOurs, proof } = await proveToken(options, shown, number);
      // A site's tokens may look like ours.
      return isOurs ? proof : undefined;
    },
    site: (fields, from) => outsiders.bySite(fields, from),
    guest: ([scheme = "", name = ""], from) =>
      scheme.toLowerCase() === "guest" ? outsiders.byName(name, from) : undefined,
    rotur: () => undefined,
  };

  return {
    password,
    token,
    register,
    site: async ({ fields }, from) => {
      for (const provider of accounts.providers) {
        const proof = await packets[provider](fields, from);
        if (proof !== undefined) return proof;
      }
      return badLogin("bad_token");
    },
    rotur: async ({ key, validator }, from) =>
      isOn("rotur") ? outsiders.byRotur(key, validator, from) : badLogin("provider_disabled"),
  };
}

const nameMax = 200;

/** Those whom somebody else vouches for. */
class Outsiders {
  readonly #options: SchemeOptions;
  readonly #attempts: Attempts;
  readonly #turns = addressTurns();
  readonly #site: Site;
  readonly #rotur: Rotur;

  constructor(options: SchemeOptions, attempts: Attempts) {
    const { config, logger } = options;
    this.#options = options;
    this.#attempts = attempts;
    this.#site = new Site(config.site, logger, () => options.replica.nowMs);
    this.#rotur = new Rotur(config.rotur, logger);
  }

  async bySite(fields: readonly string[], { address, addressTag }: From): Promise<Result<Proof>> {
    const outcome = await this.#tried("site", fields[0] ?? "", addressTag, () =>
      this.#site.prove(fields, address),
    );
    if ("rejection" in outcome) return outcome;
    if (outcome.kind === "failed") return busy();
    if (outcome.kind === "refused") return badLogin("bad_token");
    if (outcome.kind === "banned") {
      return refused({ code: "banned", kind: "ban", untilMs: outcome.untilMs, reason: "" });
    }
    return this.#proof(accountOf(outcome.person));
  }

  /** OriginChats part 1, 2.4. `busy`: nothing was found out; an upload is told so (part 2, 14.1). */
  async byRotur(
    key: string,
    validator: string | undefined,
    { addressTag }: From,
  ): Promise<Result<Proof>> {
    const outcome = await this.#tried("rotur", key, addressTag, () =>
      this.#rotur.validate(key, validator),
    );
    if ("rejection" in outcome) return outcome;
    if (outcome.kind === "failed") return busy();
    if (outcome.kind === "refused") return badLogin("bad_token");
    const { id, name } = outcome.person;
    return this.#proof({ kind: "outside", provider: "rotur", id, name, color: null });
  }

  async byName(name: string, { addressTag }: From): Promise<Result<Proof>> {
    const account = guestAccount(this.#options.secrets, name, addressTag);
    return account.ok ? this.#proof(account.value) : account;
  }

  /** Failures count: nobody tries tokens through us at will. `identity`: whom it claims to be at the provider. */
  async #tried<T extends { readonly kind: string }>(
    provider: Provider,
    identity: string,
    addressTag: AddressTag,
    ask: () => Promise<T>,
  ): Promise<T | Refused> {
    const { state } = this.#options.replica;
    const userId = personByIdentity(state, provider, identity)?.user.userId;
    const isKnown = userId !== undefined && isKnownAddress(state, userId, addressTag);
    const tried = { account: `${provider}.${identity}`.slice(0, nameMax), addressTag, isKnown };
    const turn = { key: addressTag, isFirst: isKnown };
    const inTurn = async (): Promise<T | Refused> => {
      const reply = await this.#attempts.ask(tried);
      if (reply === null) return busy();
      const { allowed, waitMs } = reply;
      if (!allowed) return refused({ code: "rate_limited", why: "logins", waitMs });
      const outcome = await ask();
      if (outcome.kind === "refused") this.#attempts.failed(tried);
      return outcome;
    };
    return (await this.#turns.run(turn, inTurn)) ?? busy();
  }

  async #proof(account: OutsideAccount): Promise<Result<Proof>> {
    const { replica } = this.#options;
    if (!(await replica.reached(0, settleMs))) return busy();
    const { provider, id } = account;
    const known = personByIdentity(replica.state, provider, id)?.user.userId;
    const out = known === undefined ? undefined : banned(replica, known);
    return out ?? { ok: true, value: { provider, account } };
  }
}

function accountOf(person: SitePerson): OutsideAccount {
  const { id, name, color, rank, withheld, silencedUntilMs } = person;
  return {
    kind: "outside",
    provider: "site",
    id: String(id),
    name: name.slice(0, nameMax),
    color,
    number: id,
    rank,
    withheld,
    ...(silencedUntilMs === null ? {} : { silencedUntilMs }),
  };
}

/**
 * Whose token it is and what follows from it. Nobody's: forged, run out, revoked, or of an account that is
 * gone. A ban ends tokens too, but whoever holds one is told of the ban. `number` must be one of the person's.
 */
async function proveToken(
  { replica, secrets }: SchemeOptions,
  token: string,
  number?: number,
): Promise<{
  readonly isOurs: boolean;
  readonly person?: Person;
  readonly proof: Result<Proof>;
}> {
  const claims = await verifyToken(secrets, token, replica.nowMs);
  const isOurs = claims !== null;
  if (!isOurs) return { isOurs, proof: badLogin("bad_token") };
  if (!(await replica.reached(0, settleMs))) return { isOurs, proof: busy() };
  const { userId, epoch, tokenId } = claims;
  const { state } = replica;
  const person = state.people.get(userId);
  if (person === undefined || person.departed) return { isOurs, proof: badLogin("bad_token") };
  if (number !== undefined) {
    const owner = state.numbers.get(number);
    if (owner === undefined || followed(state, owner)?.user.userId !== userId) {
      return { isOurs, proof: badLogin("bad_token") };
    }
  }
  const out = banned(replica, userId);
  if (out !== undefined) return { isOurs, person, proof: out };
  const isEnded = tokenId !== undefined && !isGoodToken(person, tokenId, replica.nowMs);
  if (person.epoch !== epoch || isEnded) return { isOurs, proof: badLogin("bad_token") };
  const shown = tokenId === undefined ? {} : { tokenId };
  const typed = number === undefined ? {} : { number };
  const account = { kind: "user", userId, epoch, ...shown, ...typed } as const;
  return { isOurs, person, proof: { ok: true, value: { provider: "token", account } } };
}

function banned(replica: ReplicaView, userId: UserId): Refused | undefined {
  const ban = banOf(replica.state, userId, replica.nowMs);
  if (ban === undefined) return undefined;
  const { kind, untilMs, reason } = ban;
  return refused({ code: "banned", kind, untilMs, reason });
}
