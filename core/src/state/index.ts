/** The face of the state towards tests, `@dragoman/core/state`: core itself imports the files. */
export { encodeState, stateLayout, stateLevel } from "./codec.ts";
export { channelByRef, personByRef } from "./find.ts";
export { initialState, type MessageChange, type Person, type State } from "./shape.ts";
export { withChange } from "./touch.ts";
