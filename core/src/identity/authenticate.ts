/**
 * Says who somebody is: name and password, a new account, or a login token in, a signed ticket out. Any core
 * that has caught up answers; only the leader's `session.open` admits (docs/journal.md 3.4). Passwords, tokens
 * and raw addresses appear in no log.
 */
import {
  type AuthenticateReply,
  AuthenticateRequest,
  type CommunityId,
  decode,
  encode,
  type Rejection,
  type Result,
  subject,
  type UserId,
} from "@dragoman/bus-schema";
import {
  type Bus,
  type Config,
  counter,
  type Logger,
  type Msg,
  type Registry,
} from "@dragoman/service-kit";
import { attend } from "../attend.ts";
import type { VerifiedTicket } from "../decider/contract.ts";
import type { ReplicaView } from "../replica-view.ts";
import { banOf, type Person, personByRef } from "../state/state.ts";
import { Attempts } from "./attempts.ts";
import { Local, settleMs } from "./local.ts";
import { badLogin, busy, type Refused, refused } from "./refusal.ts";
import type { Secrets } from "./secrets.ts";
import { signTicket, ticketMs } from "./ticket.ts";
import { hasTokenForm, verifyToken } from "./token.ts";

/** Requests that are looked at once; most of them wait for the leader's budget. */
const pendingMax = 10_000;

export interface AuthenticateOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly replica: ReplicaView;
  readonly secrets: Secrets;
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
}

type Credentials = AuthenticateRequest["credentials"];
type CredentialsOf<S extends Credentials["scheme"]> = Extract<Credentials, { scheme: S }>;
/** What a ticket says of the account, and by which provider. */
type Proof = Pick<VerifiedTicket, "provider" | "account">;
type AddressTag = VerifiedTicket["addressTag"];
type Schemes = {
  readonly [S in Credentials["scheme"]]: (
    credentials: CredentialsOf<S>,
    addressTag: AddressTag,
  ) => Promise<Result<Proof>>;
};

/** Serves `authenticate` until stopped, while this core has caught up: else another one answers. */
export function serveAuthenticate(options: AuthenticateOptions): { stop(): void } {
  const { bus, community, replica, logger, registry } = options;
  const schemes = createSchemes(options);
  const logins = counter(registry, "dragoman_core_logins_total", "Proofs of identity asked for", [
    "scheme",
    "outcome",
  ]);
  let pending = 0;
  const reply = (message: Msg, answer: AuthenticateReply): void => {
    bus.respond(message, encode(answer));
  };
  const hear = async (message: Msg): Promise<void> => {
    const request = decode(AuthenticateRequest, message.data);
    if (!request.ok) {
      // The reason may quote what was typed.
      reply(message, refused({ code: "invalid", field: "authenticate", why: "shape" }));
      return;
    }
    const { scheme } = request.value.credentials;
    const result = await prove(options, schemes, request.value);
    logins.inc({ scheme, outcome: result.ok ? "accepted" : outcomeOf(result.rejection) });
    reply(message, result.ok ? { ok: true, ticket: result.value } : result);
  };
  const take = (message: Msg): void => {
    if (!replica.current) return;
    if (pending >= pendingMax) {
      reply(message, busy());
      return;
    }
    pending += 1;
    hear(message)
      // No answer: the gateway gives up after its own time. A bug or a lost bucket costs one log-in.
      .catch((error: unknown) => logger.error({ err: error }, "authenticate failed"))
      .finally(() => {
        pending -= 1;
      });
  };
  const name = subject.authenticate(community);
  return attend(replica, () => bus.subscribe(name, take, { queue: "core" }));
}

async function prove(
  { secrets }: AuthenticateOptions,
  schemes: Schemes,
  request: AuthenticateRequest,
): Promise<Result<string>> {
  const addressTag = secrets.addressTag(request.address);
  const { credentials, protocol } = request;
  const check = schemes[credentials.scheme] as (
    credentials: Credentials,
    addressTag: AddressTag,
  ) => Promise<Result<Proof>>;
  const proof = await check(credentials, addressTag);
  if (!proof.ok) return proof;
  const expiresAtMs = Date.now() + ticketMs;
  return {
    ok: true,
    value: signTicket(secrets, {
      ...proof.value,
      protocol,
      addressTag,
      address: request.address,
      expiresAtMs,
    }),
  };
}

function createSchemes(options: AuthenticateOptions): Schemes {
  const { bus, community, replica, secrets, config, logger } = options;
  const attempts = new Attempts(bus, community);
  const local = new Local({ replica, secrets, attempts, accounts: config.accounts, logger });
  return {
    password: async ({ name, password }, addressTag) => {
      if (hasTokenForm(password)) {
        // Bridge table, token: a token of ours is accepted as the password of the account that it is for.
        const { person, proof } = await proveToken(options, password);
        if (person !== undefined && person === personByRef(replica.state, name)) return proof;
      }
      const known = await local.login({ name, password, addressTag });
      if (!known.ok) return known;
      // Told after a wrong password (OriginChats part 1, 2.5), on a state that may have moved meanwhile.
      if (!(await replica.reached(0, settleMs))) return busy();
      const { userId } = known.value.user;
      return (
        banned(replica, userId) ?? {
          ok: true,
          value: { provider: "local", account: { kind: "user", userId } },
        }
      );
    },
    register: async ({ name, password }, addressTag) => {
      const made = await local.register({ name, password, addressTag });
      if (!made.ok) return made;
      return { ok: true, value: { provider: "local", account: { kind: "new", ...made.value } } };
    },
    token: async ({ token, number }) => {
      const { person, proof } = await proveToken(options, token);
      if (person !== undefined && number !== undefined && number !== person.user.number) {
        return badLogin("bad_token");
      }
      return proof;
    },
  };
}

/**
 * Whose token it is and what follows from it. Nobody's: forged, run out, revoked, or of an account that is
 * gone. A ban ends tokens too, but whoever holds one is told of the ban.
 */
async function proveToken(
  { replica, secrets }: AuthenticateOptions,
  token: string,
): Promise<{ readonly person?: Person; readonly proof: Result<Proof> }> {
  const claims = await verifyToken(secrets, token, Date.now());
  if (claims === null) return { proof: badLogin("bad_token") };
  if (!(await replica.reached(0, settleMs))) return { proof: busy() };
  const { userId, epoch } = claims;
  const person = replica.state.people.get(userId);
  if (person === undefined || person.departed) return { proof: badLogin("bad_token") };
  const out = banned(replica, userId);
  if (out !== undefined) return { person, proof: out };
  if (person.epoch !== epoch) return { proof: badLogin("bad_token") };
  const account = { kind: "user", userId, epoch } as const;
  return { person, proof: { ok: true, value: { provider: "token", account } } };
}

function banned(replica: ReplicaView, userId: UserId): Refused | undefined {
  const ban = banOf(replica.state, userId, Date.now());
  if (ban === undefined) return undefined;
  const { kind, untilMs, reason } = ban;
  return refused({ code: "banned", kind, untilMs, reason });
}

/** The outcome's label: the code, and for a failed log-in why. */
function outcomeOf(rejection: Rejection): string {
  return rejection.code === "bad_login" ? rejection.why : rejection.code;
}
