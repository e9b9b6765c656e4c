/**
 * The connection under the bus: the settings that docs/journal.md 6.1 asks for, how it comes back, and what an
 * operator is told where it cannot be made.
 */
import type { Socket } from "node:net";
import {
  AuthorizationError,
  ConnectionError,
  connect,
  type NatsConnection,
  TimeoutError,
} from "@nats-io/transport-node";
import { environmentName } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { pause } from "./time.ts";

/** Where the bus is, and as whom it is used. */
export interface BusAddress {
  /** Addresses of NATS servers with commas between them. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** The client's name, and by default its inbox: `_INBOX_<name>`, which NATS permissions can bind. */
  readonly name: string;
}

/** Between two tries of the first connection. */
const firstPauseMs = 100;
/** The least and the most that the way back waits before a try. */
const backMsMin = 50;
const backMsMax = 500;
/** How long one try may take. */
const dialLimitMs = 2_000;

const urlSetting = environmentName("nats.url");
const userSetting = environmentName("nats.user");
const passwordSetting = environmentName("nats.password");
const replicasSetting = environmentName("nats.replicas");
/** The server's numbers: it is of no cluster, and the cluster has too few servers that could keep a copy. */
const aloneCode = 10_074;
const tooFewCode = 10_005;

/**
 * The wait before a try to come back: the longer the bus has been away, the further the tries of many processes are
 * spread, up to half a second, so that the bus is whole soon after it wakes.
 * @param awayMs how long the connection has been lost
 * @param chance from 0 to 1
 */
export function backMs(awayMs: number, chance: number): number {
  return Math.round(chance * Math.min(backMsMax, backMsMin + awayMs / 4));
}

/**
 * The servers of the setting, each as `<host>:<port>` with its scheme.
 * @throws OperatorError for what is no address of a NATS server
 */
export function natsServers(url: string): readonly string[] {
  return url.split(",").map((entry) => {
    const given = entry.trim();
    const whole = given.includes("://") ? given : `nats://${given}`;
    if (!URL.canParse(whole) || !/^(?:nats|tls):\/\/[^/?#]+\/?$/.test(whole)) {
      throw new OperatorError(
        `${urlSetting}: ${JSON.stringify(withoutPassword(given))} is no address of a NATS server, such as nats://127.0.0.1:4222`,
        2,
      );
    }
    if (whole.includes("@")) {
      throw new OperatorError(
        `${urlSetting} holds a name or a password: they belong into ${userSetting} and ${passwordSetting}`,
        2,
      );
    }
    return whole;
  });
}

function withoutPassword(text: string): string {
  const at = text.lastIndexOf("@");
  return at < 0 ? text : `...${text.slice(at)}`;
}

/** Since when the connection has been away; undefined while it is there. */
export interface Absence {
  sinceMs: number | undefined;
}

/**
 * Connects, retrying as long as `patienceMs` while nobody answers; a refusal ends it at once. Afterwards it comes back
 * for ever, also where it is refused meanwhile.
 * @throws OperatorError with the setting to look at
 */
export async function openConnection(
  address: BusAddress,
  absence: Absence,
  patienceMs: number,
): Promise<NatsConnection> {
  const { url, user = "", password = "", name } = address;
  const servers = natsServers(url);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await connect({
        servers: [...servers],
        name,
        inboxPrefix: `_INBOX_${name}`,
        ...(user ? { user, pass: password } : {}),
        // Without it the client would speak without TLS where the server offers none, and the password would be read.
        ...(servers.some((server) => server.startsWith("tls://")) ? { tls: {} } : {}),
        maxReconnectAttempts: -1,
        reconnectTimeWait: backMsMin,
        reconnectJitter: backMsMin,
        reconnectToServer: (pool) => {
          absence.sinceMs ??= performance.now();
          const delay = backMs(performance.now() - absence.sinceMs, Math.random());
          const server = longestUntried(pool);
          return server === undefined ? null : { server, delay };
        },
        // A name that is refused today may be let in after the next change of the server's configuration.
        ignoreAuthErrorAbort: true,
        pingInterval: 500,
        maxPingOut: 2,
        noAsyncTraces: true,
        timeout: dialLimitMs,
      });
    } catch (error) {
      if (performance.now() > deadline || isFinal(error)) {
        throw new OperatorError(sayUnconnected(error, address), 1, { cause: error });
      }
      await pause(firstPauseMs);
    }
  }
}

/** Of several servers the one that was just lost comes last: a try at one that stands still takes as long as it may. */
export function longestUntried<S extends { readonly lastConnect: number }>(
  pool: readonly S[],
): S | undefined {
  return [...pool].sort((a, b) => a.lastConnect - b.lastConnect)[0];
}

/** Whether the server does not let us in. One that is too busy to look at us speaks of the time. */
export function isRefused(error: unknown): boolean {
  return error instanceof AuthorizationError && /violation/i.test(error.message);
}

const isWithoutTls = (error: unknown): boolean =>
  error instanceof Error && /does not support 'tls'|'tls' is not available/.test(error.message);
const isUntrusted = (error: unknown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_/.test(String((error as NodeJS.ErrnoException).code ?? ""));

/** Whether another try would end as this one. */
function isFinal(error: unknown): boolean {
  return isRefused(error) || isWithoutTls(error) || isUntrusted(error);
}

/** What an operator can do about a connection that is not there, in one sentence. */
export function sayUnconnected(error: unknown, { url, user = "" }: BusAddress): string {
  if (isRefused(error)) {
    const who = user === "" ? "anybody without a name" : `the user "${user}" with this password`;
    return `${userSetting}, ${passwordSetting}: the NATS server at ${url} does not let in ${who}; give both as its configuration has them`;
  }
  const { message, code, cause } = error as Error & { readonly code?: string };
  const toDo = `start the NATS server, or say where it is`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `${urlSetting}: the host of ${url} is not known; ${toDo}`;
  }
  if (error instanceof TimeoutError) {
    return `${urlSetting}: ${url} takes connections and says nothing, or cannot be reached; ${toDo}`;
  }
  if (isWithoutTls(error)) {
    return `${urlSetting}: the NATS server at ${url} speaks no TLS; switch it on there, or write nats:// instead of tls://`;
  }
  if (isUntrusted(error)) {
    return `${urlSetting}: the certificate of the NATS server at ${url} is not trusted (${message}); name its authority's file in NODE_EXTRA_CA_CERTS, or give the name that is in the certificate`;
  }
  const isForeign = /unexpected response|JSON/.test(message);
  if (isForeign) return `${urlSetting}: what answers at ${url} is no NATS server; ${toDo}`;
  if (error instanceof ConnectionError && cause !== undefined) {
    return `${urlSetting}: nobody answers at ${url} (${message}); ${toDo}`;
  }
  return `${urlSetting}: no connection to ${url} (${message}); ${toDo}`;
}

/** What an operator can do where the user is that of another service, in one sentence. */
export function sayOtherUser({ url, user = "", name }: BusAddress): string {
  const who = user === "" ? "whoever gives no user" : `the user "${user}"`;
  return `${userSetting}, ${passwordSetting}: at ${url} ${who} may not hear what is answered to ${name}; give the user of ${name}`;
}

/** What an operator can do where a user who needs JetStream has none, in one sentence. */
export function sayWithoutStore(error: unknown, { url, user = "" }: BusAddress): string {
  const why = error instanceof Error ? error.message : "no answer";
  const who = user === "" ? "without a user" : `as the user "${user}"`;
  return (
    `${urlSetting}, ${userSetting}: at ${url} there is no JetStream ${who} (${why}); ` +
    "core needs a server with JetStream, and there the user of core"
  );
}

/**
 * What an operator can do where servers do not keep so many copies, in one sentence; undefined: they refuse for another
 * reason.
 * @param code the server's number
 */
export function sayTooMany(
  code: number,
  description: string,
  replicas: number,
): string | undefined {
  if (code === aloneCode) return sayAlone(replicas);
  if (code !== tooFewCode || replicas === 1) return undefined;
  return `${replicasSetting} is ${replicas}, and the NATS cluster has too few servers with JetStream and room (${description}): start more, or set it lower`;
}

/** What an operator can do where a server that stands alone is to keep several copies, in one sentence. */
export function sayAlone(replicas: number): string {
  return `${replicasSetting} is ${replicas}, and the NATS server is of no cluster: set it to 1, or give the servers of a cluster`;
}

/**
 * Ends the socket of a connection that is given up. The client itself first waits until what it has sent is written,
 * and a server that stands still with full buffers never lets that happen: it would be waited for as long as the kernel
 * tries, a quarter of an hour. The client has no face for it.
 */
export function dropSocket(connection: NatsConnection): void {
  const { protocol } = connection as unknown as {
    readonly protocol?: { readonly transport?: { readonly socket?: Socket } };
  };
  protocol?.transport?.socket?.destroy();
}
