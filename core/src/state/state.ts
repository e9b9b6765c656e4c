/** The public face of the state. */
export * from "./file.ts";
export * from "./find.ts";
export * from "./place.ts";
export * from "./shape.ts";
export { type RosterSnapshot, snapshotOf } from "./snapshot.ts";
export { withChange } from "./touch.ts";
export { violations } from "./violations.ts";
