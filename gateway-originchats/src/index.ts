/** The public face of the OriginChats gateway: how it is started, and for those who measure it its edge and table. */
export { commands } from "./command/index.ts";
export { edge } from "./edge.ts";
export { start } from "./start.ts";
