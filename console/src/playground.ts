/** What the playground page is told about this deployment, and what the browser lets it reach. Pure. */
import { isLoopback, type ServiceContext } from "@dragoman/service-kit";

/** Where a gateway is heard: on the host that the page came from, unless an operator named another. */
interface Door {
  readonly port: number;
  readonly tls: boolean;
  /** Given only when the operator named a public base of its own. */
  readonly host?: string;
}

/** The answer of `GET /playground.json`. */
export interface Playground {
  /** By protocol. */
  readonly doors: Readonly<Record<string, Door>>;
  /** Whether the demo accounts with their well-known password may be offered. */
  readonly demo: boolean;
  readonly accounts: readonly { readonly name: string; readonly role: string }[];
  /** The password of the demo accounts; empty without a demo. */
  readonly password: string;
}

/** The accounts that a first start with the demo on makes, all with the password `dragoman`. */
const demoAccounts = [
  { name: "ada", role: "member" },
  { name: "ben", role: "member" },
  { name: "mona", role: "moderator" },
  { name: "olga", role: "owner" },
] as const;

const demoPassword = "dragoman";

/**
 * The demo is offered on a loopback address alone: anywhere else its accounts, if there are any, have passwords
 * that only the operator was told.
 */
export function describePlayground({
  config,
  edges,
}: Pick<ServiceContext, "config" | "edges">): Playground {
  const tls = config.tls.cert !== "" && config.tls.key !== "";
  const demo = config.demo !== false && isLoopback(config.host);
  return {
    doors: Object.fromEntries(
      edges.map(({ protocol, section }) => {
        const { port, url = "" } = section.of(config);
        return [protocol, publicDoor(url) ?? { port, tls }];
      }),
    ),
    demo,
    accounts: demo ? demoAccounts : [],
    password: demo ? demoPassword : "",
  };
}

function publicDoor(base: string): Door | undefined {
  if (!URL.canParse(base)) return undefined;
  const url = new URL(base);
  const tls = url.protocol === "https:" || url.protocol === "wss:";
  return { host: url.hostname, port: url.port === "" ? (tls ? 443 : 80) : Number(url.port), tls };
}

/**
 * The content security policy of every answer: nothing but this server's own files, and WebSockets to the
 * gateways alone.
 * @param host the request's `Host` header, a stranger's word: anything but a plain name gives a wildcard host,
 * which still holds the ports
 */
export function contentSecurityPolicy(playground: Playground, host: string): string {
  const name = /^([A-Za-z0-9.-]{1,253})(:\d{1,5})?$/.exec(host)?.[1] ?? "*";
  const sockets = Object.values(playground.doors).flatMap((door) => {
    const origin = `${door.host ?? name}:${door.port}`;
    return door.tls ? [`wss://${origin}`] : [`ws://${origin}`, `wss://${origin}`];
  });
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${sockets.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
