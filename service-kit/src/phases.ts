/** Where protocols stand by the configuration, and where people find another's client (docs/migrating.md). */
import type { DescribedPhase, Phase, Protocol } from "@dragoman/bus-schema";
import type { Config } from "./config.ts";

/** A day or a moment as an operator writes it; UTC unless a zone is named. */
const dateForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** Such a date in epoch ms; undefined: there is no such day. */
export function readDate(text: string): number | undefined {
  if (!dateForm.test(text)) return undefined;
  const isWhole = !text.includes("T") || /(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = Date.parse(isWhole ? text : `${text}Z`);
  if (Number.isNaN(ms)) return undefined;
  // 31 April is no day, though it can be read.
  const isDay = new Date(Date.parse(text.slice(0, 10))).toISOString().startsWith(text.slice(0, 10));
  return isDay ? ms : undefined;
}

/** `<protocol>=<rest>` by its protocol; of several for one the last. */
function byProtocol(entries: readonly string[]): ReadonlyMap<Protocol, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** All protocols that the settings name. */
export function namedProtocols({ phases }: Pick<Config, "phases">): ReadonlySet<Protocol> {
  const { now, next, texts, clients } = phases;
  return new Set([now, next, texts, clients].flatMap((each) => [...byProtocol(each).keys()]));
}

/** What the configuration says of each protocol that stands anywhere but open, or is to. */
export function describedPhases({ phases }: Pick<Config, "phases">): readonly DescribedPhase[] {
  const now = byProtocol(phases.now);
  const next = byProtocol(phases.next);
  const texts = byProtocol(phases.texts);
  return [...new Set([...now.keys(), ...next.keys()])].sort().map((protocol) => {
    const [phase, date = ""] = next.get(protocol)?.split("@") ?? [];
    const dateMs = readDate(date);
    return {
      protocol,
      phase: (now.get(protocol) ?? "open") as Phase,
      text: texts.get(protocol) ?? "",
      ...(dateMs === undefined ? {} : { next: { phase: phase as Phase, dateMs } }),
    };
  });
}

/** Where people find clients of the other protocols, in the order of the configuration. */
export function otherClients(
  { phases }: Pick<Config, "phases">,
  protocol: Protocol,
): readonly (readonly [Protocol, string])[] {
  return [...byProtocol(phases.clients)].filter(([other]) => other !== protocol);
}
