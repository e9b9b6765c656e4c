/** The face of the state towards tests, `@dragoman/core/state`: core itself imports the files. */
export { channelByRef, personByRef } from "./find.ts";
export { initialState, type MessageChange, type Person, type State } from "./shape.ts";
export { type RosterSnapshot, snapshotOf } from "./snapshot.ts";
export { withChange } from "./touch.ts";
export { violations } from "./violations.ts";
