/** What an edge tells of while the community leaves its protocol (docs/migrating.md): the facts, for words of its own. */
import { type EventOf, holds, type Phase, type Protocol } from "@dragoman/bus-schema";
import { otherClients } from "@dragoman/service-kit";
import type { Client } from "./edge.ts";
import { onClock, type View } from "./view.ts";

export interface Leaving {
  readonly phase: Phase;
  /** The operator's own words; empty: none. */
  readonly text: string;
  /** The step that comes by itself, and when, as in `31 January 2030, 18:00 UTC`. */
  readonly next?: { readonly phase: Phase; readonly date: string };
  /** See `otherAddresses`. */
  readonly addresses: readonly string[];
}

const dateForm = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

/** A moment in words, UTC. `ms` is epoch ms of people's clocks. */
const sayDate = (ms: number): string => `${dateForm.format(ms).replace(" at ", ", ")} UTC`;

/** Where people find a client of another protocol that is not closed. */
export function otherAddresses(
  protocol: Protocol,
  { config, roster }: Pick<View, "config" | "roster">,
): readonly string[] {
  return otherClients(config, protocol).flatMap(([other, address]) =>
    roster.standing(other).phase === "closed" ? [] : [address],
  );
}

/** Whether an address is opened in a browser; others are typed into a client. */
export const isWebAddress = (address: string): boolean => /^https?:\/\//i.test(address);

/** How far the community has left a protocol. */
export function leavingOf(protocol: Protocol, view: View): Leaving {
  const { phase, text, next } = view.roster.standing(protocol);
  return {
    phase,
    text,
    ...(next === undefined
      ? {}
      : { next: { phase: next.phase, date: sayDate(onClock(next.atMs, view)) } }),
    addresses: otherAddresses(protocol, view),
  };
}

/** Whether whoever has last been told of it so long ago (`View.steadyMs`) is told again. */
export function isTellingDue(protocol: Protocol, toldAtMs: number, view: View): boolean {
  const { phase } = view.roster.standing(protocol);
  return phase !== "open" && view.steadyMs - toldAtMs >= view.config.phases.tellMs;
}

/**
 * Whether a connection is told that its protocol has come to another phase. Who is put out by it hears it last of all, by the
 * farewell: whatever is still queued then is dropped.
 */
export function isPhaseNews(
  protocol: Protocol,
  { standing, before }: EventOf<"server.phased">,
  { session }: Client<unknown>,
  { roster }: View,
): boolean {
  if (standing.protocol !== protocol || session === undefined) return false;
  if (standing.phase === "open") return before !== "open";
  return standing.phase !== "closed" || holds(roster.actor(session.userId), "manageServer");
}
