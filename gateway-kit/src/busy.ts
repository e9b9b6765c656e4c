import type { Rejection } from "@dragoman/bus-schema";

/** What a client is told when nobody answered in time: it may ask again after a second. */
export const busy: Rejection = { code: "busy", waitMs: 1_000 };
