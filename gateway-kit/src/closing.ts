/**
 * Why this gateway ends a connection, and whether the client is to come back by itself. That is decided here, once for
 * all protocols; an edge says it to its clients in their own words (`Edge.farewell`).
 */
export type Closing =
  /** No sign of life, or no sign-in, within the time that is allowed. */
  | { readonly why: "timeout" | "sign_in"; readonly comesBack: true }
  /** This gateway stops or has lost its state: the client is to come back, elsewhere if it can. */
  | { readonly why: "drain"; readonly comesBack: true }
  /** What the client is owed exceeds its byte budget or deadline. */
  | { readonly why: "slow"; readonly comesBack: true }
  /** The gateway holds as many connections, or as much of unfinished frames, as it may: a stranger goes first. */
  | { readonly why: "crowded"; readonly comesBack: true }
  /** A command's fate is unknown: the client is to come back and see. */
  | { readonly why: "unknown_outcome"; readonly comesBack: true }
  /** The client broke the protocol's rules; `text` says which. */
  | { readonly why: "protocol"; readonly comesBack: true; readonly text: string }
  /** Too many frames: the connection alone is ended, or the person is put out until `untilMs`. */
  | { readonly why: "flood"; readonly comesBack: boolean; readonly untilMs: number | null }
  /** Put out: not before `untilMs` (epoch ms); null: for good if banned, else until the person says so. */
  | {
      readonly why: "kicked" | "banned";
      readonly comesBack: false;
      readonly untilMs: number | null;
      readonly reason: string;
    }
  /** The community has left this protocol: who comes back is told so. */
  | { readonly why: "phase"; readonly comesBack: true }
  /** The account is gone, or it has another password. */
  | { readonly why: "departed" | "password"; readonly comesBack: false };

/** A closing for each reason; the only place that says who comes back. */
export const closings = {
  timeout: { why: "timeout", comesBack: true },
  signIn: { why: "sign_in", comesBack: true },
  drain: { why: "drain", comesBack: true },
  slow: { why: "slow", comesBack: true },
  crowded: { why: "crowded", comesBack: true },
  unknownOutcome: { why: "unknown_outcome", comesBack: true },
  phase: { why: "phase", comesBack: true },
  departed: { why: "departed", comesBack: false },
  password: { why: "password", comesBack: false },
  protocol: (text: string): Closing => ({ why: "protocol", comesBack: true, text }),
  kicked: (untilMs: number | null, reason: string): Closing => ({
    why: "kicked",
    comesBack: false,
    untilMs,
    reason,
  }),
  banned: (untilMs: number | null, reason: string): Closing => ({
    why: "banned",
    comesBack: false,
    untilMs,
    reason,
  }),
  /** Ends the connection alone. */
  flood: { why: "flood", comesBack: true, untilMs: null },
  /** Puts the person out until `untilMs` (epoch ms); null: the time is not known. */
  floodedOut: (untilMs: number | null): Closing => ({ why: "flood", comesBack: false, untilMs }),
} as const satisfies Record<string, Closing | ((...args: never[]) => Closing)>;
