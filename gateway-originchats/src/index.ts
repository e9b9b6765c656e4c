/** The public face of the OriginChats gateway: how it is started, and its table for those who measure it. */
export { commands } from "./command/index.ts";
export { start } from "./start.ts";
