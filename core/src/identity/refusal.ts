/** The refusals of a log-in, as results. */
import type { Rejection, RejectionOf } from "@dragoman/bus-schema";

export interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
}

export function refused(rejection: Rejection): Refused {
  return { ok: false, rejection };
}

/** A log-in that failed; an edge may have a sentence for each reason (OriginChats part 1, 2.5). */
export function badLogin(why: RejectionOf<"bad_login">["why"]): Refused {
  return refused({ code: "bad_login", why });
}

/** Nothing was found out; the same may be tried again. */
export function busy(): Refused {
  return refused({ code: "busy", waitMs: 1_000 });
}
