/** The public face of the OriginChats gateway: how it is started, and the edge for those who measure it. */
export { edge } from "./edge.ts";
export { start } from "./start.ts";
