/** What the edge remembers of one connection, and the two cheap limits that it holds there. */
import type { Place } from "@dragoman/bus-schema";
import type { Client, Packet, View } from "@dragoman/gateway-kit";
import { derivedKey } from "@dragoman/service-kit";

/** Frames within a fixed window of time. */
export interface Window {
  sinceMs: number;
  count: number;
}

export interface OriginchatsClient {
  /** New for each connection and valid as long as it lives (part 1, 2.1). */
  readonly validatorKey: string;
  /**
   * `ready.validator`: new for each log-in, and a connection logs in once (part 1, 2.6). It follows from the key,
   * so that either proves whose upload it is, at any gateway (2.5).
   */
  readonly validator: string;
  /** Whether it has said what it is or can do, as clients of the newer dialect alone do (part 1, 2.9). */
  newer: boolean;
  /** What it said that it is. */
  kind: string | undefined;
  /** Packets that an account's end leaves to say: closing drops whatever is still queued. */
  lastWords: readonly Packet[];
  readonly frames: Window;
  readonly typing: Window;
  /** The place of which the client has last asked for a page, where that was empty: it has it open. */
  emptyPage: Place | undefined;
  /** When the last readable `error` beside a `rate_limit` was sent. */
  rateErrorAtMs: number;
  /** It was not let in, and shows the channel that says why. */
  atSignpost: boolean;
  /** When it was last told that the community leaves, by `View.steadyMs`. */
  toldAtMs: number;
}

export type OriginchatsConnection = Client<OriginchatsClient>;

/** An address that stands in a query as it is: some clients put the key there unquoted. */
const plainAddress = /^https?:\/\/[\w.:/~[\]-]{1,300}$/;

/**
 * State of a fresh connection. `random` gives base64url text of so many random bytes. Newer clients prove who they are
 * to no server but the one whose address stands in the key.
 */
export function newClient(
  random: (bytes: number) => string,
  { roster: { fileBase } }: Pick<View, "roster">,
): OriginchatsClient {
  const address = plainAddress.test(fileBase) ? `${fileBase}-` : "";
  const validatorKey = `originChats-${address}${random(24)}`;
  return {
    validatorKey,
    validator: derivedKey(validatorKey),
    newer: false,
    kind: undefined,
    lastWords: [],
    frames: { sinceMs: 0, count: 0 },
    typing: { sinceMs: 0, count: 0 },
    emptyPage: undefined,
    rateErrorAtMs: Number.NEGATIVE_INFINITY,
    atSignpost: false,
    toldAtMs: 0,
  };
}

/** The window of both limits. */
export const windowMs = 10_000;

/** `typing` above this in a window is dropped without a word: the stock client sends one per 3 s. */
export const typingMax = 20;

/** Counts one more in the window, or so many, and tells how many it holds now. */
export function count(window: Window, nowMs: number, weight = 1): number {
  if (nowMs - window.sinceMs >= windowMs) {
    window.sinceMs = nowMs;
    window.count = 0;
  }
  window.count += weight;
  return window.count;
}
