/**
 * Whether a configuration can work, beyond the form of each setting: what every start refuses, and `dragoman doctor`, and
 * SIGHUP. This is the only list.
 */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { addressRanges } from "./address.ts";
import { natsServers } from "./bus-connection.ts";
import { certificateEnd, readCertificate } from "./certificate.ts";
import { wallMs } from "./clock.ts";
import type { Config } from "./config.ts";
import { environmentName } from "./environment.ts";
import { sayForeign } from "./folder-owner.ts";
import type { EdgeFacts } from "./lifecycle.ts";
import { OperatorError } from "./operator-error.ts";
import { describedPhases, namedProtocols, readDate } from "./phases.ts";

/** A certificate that ends sooner is warned of. */
const soonDays = 14;
const dayMs = 24 * 3_600_000;

export interface Complaint {
  /** Whether it is worth a word only: it can be started all the same. */
  readonly isWarning: boolean;
  /** One sentence: the setting, its value, what to do. */
  readonly text: string;
}

type Rows = Iterable<string | undefined>;

const name = environmentName;
const quote = (value: string): string => JSON.stringify(value);
const isWeb = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text);

/** All that is wrong with a configuration, in the order of its settings. */
export function checkConfig(config: Config, edges: readonly EdgeFacts[]): readonly Complaint[] {
  const said = (rows: Rows, isWarning: boolean): readonly Complaint[] =>
    [...rows].flatMap((text) => (text === undefined ? [] : [{ isWarning, text }]));
  const faults = [
    origins(config),
    proxies(config),
    bases(config, edges),
    files(config),
    bus(config),
    people(config),
    rhythm(config.journal),
    leaving(config, edges),
  ];
  return [...faults.flatMap((rows) => said(rows, false)), ...said(warnings(config), true)];
}

/**
 * Refuses a configuration that cannot work, and gives back what is worth a word.
 * @throws OperatorError with all that is wrong
 */
export function refuseUnsound(config: Config, edges: readonly EdgeFacts[]): readonly string[] {
  const complaints = checkConfig(config, edges);
  const faults = complaints.filter(({ isWarning }) => !isWarning);
  if (faults.length > 0) throw new OperatorError(faults.map(({ text }) => text).join("; "), 2);
  return complaints.map(({ text }) => text);
}

function* origins({ allowedOrigins }: Config): Rows {
  for (const origin of allowedOrigins) {
    if (origin === "*" || origin === "null") continue;
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    const isForeign = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(origin) && url?.origin === "null";
    if (url?.origin === origin || isForeign) continue;
    const whole = `https://${origin}`;
    const guess =
      url !== undefined && url.origin !== "null"
        ? url
        : URL.canParse(whole)
          ? new URL(whole)
          : undefined;
    const meant = guess === undefined ? "" : ` (${guess.origin}?)`;
    yield `${name("allowedOrigins")}: ${quote(origin)} is no origin, so no browser would be let in by it; write scheme and host as browsers send them, without a path${meant}`;
  }
}

function* proxies({ trustedProxies }: Config): Rows {
  for (const entry of trustedProxies) {
    try {
      addressRanges([entry]);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      yield `${name("trustedProxies")}: ${quote(entry)} is no address and no range, such as 10.0.0.0/8`;
    }
  }
}

function* bases(config: Config, edges: readonly EdgeFacts[]): Rows {
  for (const { section } of edges) {
    const { url = "" } = section.of(config);
    const given = url.trim();
    const whole = given.includes("://") ? given : `https://${given}`;
    if (given === "" || (URL.canParse(whole) && /^(?:https?|wss?):\/\//i.test(whole))) continue;
    yield `${name(`${section.name}.url`)}: ${quote(url)} is no address that clients reach, such as https://chat.example.org`;
  }
}

function* files(config: Config): Rows {
  yield sayError(() => readCertificate(config));
  const { types } = config.attachments;
  for (const type of types) {
    if (/^(?:\*|[\w.+-]+\/(?:\*|[\w.+-]+))$/.test(type)) continue;
    yield `${name("attachments.types")}: ${quote(type)} is no media type, such as image/png, image/* or *`;
  }
  for (const type of config.emojis.types) {
    if (/^[a-z0-9]+$/i.test(type)) continue;
    yield `${name("emojis.types")}: ${quote(type)} is no extension, such as png`;
  }
}

function* bus({ nats }: Config): Rows {
  if (nats.url !== "") yield sayError(() => natsServers(nats.url));
  const { replicas } = nats;
  if (![1, 3, 5].includes(replicas)) {
    yield `${name("nats.replicas")} is ${replicas}; it may be 1, 3 or 5, for of an even number half is no majority`;
  } else if (replicas > 1 && nats.url === "") {
    yield `${name("nats.replicas")} is ${replicas}, and the server that is started here is of no cluster; give the servers of one by ${name("nats.url")}`;
  }
}

function* people({ accounts, site, rotur, push }: Config): Rows {
  if (accounts.providers.length === 0) {
    yield `${name("accounts.providers")} is empty, so nobody could sign in; name at least one, such as local`;
  }
  for (const [provider, url] of [
    ["site", site.url],
    ["rotur", rotur.url],
  ] as const) {
    if (!accounts.providers.includes(provider) || isWeb(url)) continue;
    yield `${name(`${provider}.url`)}: ${quote(url)} is no web address, and ${name("accounts.providers")} names ${provider}, which needs one: https://...`;
  }
  if (!/^mailto:[^@\s]+@[^@\s]+$/.test(push.contact) && !/^https:\/\/./.test(push.contact)) {
    yield `${name("push.contact")}: ${quote(push.contact)} is not what push services take; write mailto:<address> or https://...`;
  }
}

function* leaving(config: Config, edges: readonly EdgeFacts[]): Rows {
  const known = edges.map(({ section }) => section.name);
  for (const protocol of namedProtocols(config)) {
    if (known.includes(protocol)) continue;
    yield `${name("phases.now")} or another of that section: there is no protocol ${quote(protocol)}; there are ${known.join(" and ")}`;
  }
  for (const step of config.phases.next) {
    const date = step.slice(step.indexOf("@") + 1);
    if (readDate(date) !== undefined) continue;
    yield `${name("phases.next")}: ${quote(date)} is no date, such as 2030-01-31 or 2030-01-31T18:00Z`;
  }
  const described = describedPhases(config);
  const isShut = (protocol: string): boolean =>
    described.some(
      ({ protocol: each, phase, next }) =>
        each === protocol && (phase === "closed" || next?.phase === "closed"),
    );
  if (known.length > 0 && known.every(isShut)) {
    yield `${name("phases.now")} and ${name("phases.next")} close every protocol, so nobody could come in; leave one open`;
  }
}

type Rhythm = Config["journal"];

/** What of the rhythm must be shorter than what (docs/journal.md 2.4, 2.5, 4.4), and why. */
const shorter: readonly (readonly [keyof Rhythm, keyof Rhythm, string])[] = [
  ["renewMs", "authorityMs", "else the leader's authority ends before it is renewed"],
  ["renewLimitMs", "authorityMs", "else the leader's authority ends before it is renewed"],
  ["eventLoopGapMs", "authorityMs", "else a leader that stood still goes on without authority"],
  ["authorityMs", "takeoverMs", "else there can be two leaders"],
  ["heartbeatMs", "freshMs", "else no gateway stays fresh"],
  ["freshMs", "letGoMs", "else gateways close their sockets while all is well"],
  ["letGoMs", "gatewayMs", "else a gateway's sessions are ended while people are connected"],
  ["tryMs", "commandMs", "else a command is given up before it is tried twice"],
];
const timed = [
  "heartbeatMs",
  "renewMs",
  "renewLimitMs",
  "eventLoopGapMs",
  "tryMs",
  "queryMs",
] as const;

function* rhythm(journal: Rhythm): Rows {
  for (const key of timed) {
    if (journal[key] < 10) {
      yield `${name(`journal.${key}`)}: ${journal[key]} is too short; nothing is done in less than 10 ms`;
    }
  }
  for (const [short, long, why] of shorter) {
    if (journal[short] < journal[long]) continue;
    yield `${name(`journal.${short}`)}: ${journal[short]} must be less than ${name(`journal.${long}`)}, which is ${journal[long]}: ${why}`;
  }
}

function* warnings(config: Config): Rows {
  const end = certificateEnd(config);
  if (end === undefined) return;
  const at = `${name("tls.cert")}: the certificate in ${config.tls.cert}`;
  const day = new Date(end).toISOString().slice(0, 10);
  if (end < wallMs())
    yield `${at} has expired on ${day}, and clients refuse it; renew it, then send SIGHUP`;
  else if (end < wallMs() + soonDays * dayMs)
    yield `${at} ends on ${day}; renew it, then send SIGHUP`;
}

/**
 * Why the data folder cannot be had, in one sentence; undefined where it can. It is made where there is none.
 */
export function checkFolder({ dataDir }: Pick<Config, "dataDir">): string | undefined {
  const path = resolve(dataDir);
  let present = path;
  for (;;) {
    try {
      const isFolder = statSync(present).isDirectory();
      if (!isFolder) return sayFolder(path, `${present} is no folder`);
      accessSync(present, constants.W_OK | constants.X_OK);
      return present === path ? sayForeign(path) : undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTDIR") {
        return sayFolder(path, `this user may not write in ${present} (${code})`);
      }
      present = dirname(present);
    }
  }
}

function sayFolder(path: string, why: string): string {
  return `${name("dataDir")}: ${path} cannot be used, ${why}; name a folder that this user may write in`;
}

function sayError(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return error.message;
  }
}
