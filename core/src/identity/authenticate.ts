/**
 * Says who somebody is: what the person shows goes in, a signed ticket comes out. Any core
 * that has caught up answers; only the leader's `session.open` admits (docs/journal.md 3.4). Passwords, tokens
 * and raw addresses appear in no log.
 */
import {
  type AuthenticateReply,
  AuthenticateRequest,
  decode,
  encode,
  type GatewayId,
  gatewayKind,
  parseGatewaySubject,
  type Rejection,
  type Result,
  subject,
} from "@dragoman/bus-schema";
import type { Msg } from "@dragoman/service-kit";
import { serveWhileCurrent } from "../journal/serve-while-current.ts";
import type { CoreMetrics } from "../metrics.ts";
import { busy, refused } from "./refusal.ts";
import {
  createSchemes,
  type SchemeOptions,
  type SchemeRow,
  type Schemes,
  schemeShown,
} from "./scheme.ts";
import { signTicket, ticketMs } from "./ticket.ts";

/** Requests that are looked at once; most of them wait for the leader's budget. */
const pendingMax = 10_000;

export interface AuthenticateOptions extends SchemeOptions {
  readonly metrics: Pick<CoreMetrics, "logins" | "loginTime" | "waitingLogins">;
}

/** Serves `authenticate` until stopped, while this core has caught up: else another one answers. */
export function serveAuthenticate(options: AuthenticateOptions): { stop(): void } {
  const { bus, community, replica, logger, metrics } = options;
  const schemes = createSchemes(options);
  let pending = 0;
  const reply = (message: Msg, answer: AuthenticateReply): void => {
    bus.respond(message, encode(answer));
  };
  const hear = async (message: Msg, gatewayId: GatewayId): Promise<void> => {
    const request = decode(AuthenticateRequest, message.data);
    // A gateway opens sessions by its own protocol alone.
    if (!request.ok || request.value.protocol !== gatewayKind(gatewayId)) {
      // The reason may quote what was typed.
      reply(message, refused({ code: "invalid", field: "authenticate", why: "shape" }));
      return;
    }
    const scheme = schemeShown(request.value.credentials);
    const stop = metrics.loginTime.startTimer({ scheme });
    const result = await prove(options, schemes, request.value);
    stop();
    metrics.logins.inc({
      scheme,
      outcome: result.ok ? "accepted" : outcomeOf(result.rejection),
    });
    reply(message, result.ok ? { ok: true, ticket: result.value } : result);
  };
  const take = (message: Msg): void => {
    const gatewayId = parseGatewaySubject(message.subject, "authenticate");
    if (!replica.current || gatewayId === null) return;
    if (pending >= pendingMax) {
      reply(message, busy());
      return;
    }
    pending += 1;
    metrics.waitingLogins.set(pending);
    bus.take(message);
    hear(message, gatewayId)
      // A bug or a lost bucket costs one log-in.
      .catch((error: unknown) => {
        logger.error({ err: error }, "authenticate failed");
        reply(message, busy());
      })
      .finally(() => {
        pending -= 1;
        metrics.waitingLogins.set(pending);
      });
  };
  const name = subject.authentications(community);
  return serveWhileCurrent(replica, () => bus.serve(name, take, { queue: "core" }));
}

async function prove(
  { secrets, replica }: AuthenticateOptions,
  schemes: Schemes,
  request: AuthenticateRequest,
): Promise<Result<string>> {
  const { address, credentials, protocol, traits } = request;
  const addressTag = secrets.addressTag(address);
  const check = schemes[credentials.scheme] as SchemeRow<typeof credentials.scheme>;
  const proof = await check(credentials, { address, addressTag });
  if (!proof.ok) return proof;
  const expiresAtMs = replica.nowMs + ticketMs;
  return {
    ok: true,
    value: signTicket(secrets, {
      ...proof.value,
      protocol,
      traits,
      addressTag,
      address: request.address,
      expiresAtMs,
    }),
  };
}

/** The outcome's label: the code, and for a failed log-in why. */
function outcomeOf(rejection: Rejection): string {
  return rejection.code === "bad_login" ? rejection.why : rejection.code;
}
