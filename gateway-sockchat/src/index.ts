/** The public face of the Sock Chat gateway. */
export { edge } from "./edge.ts";
export { start } from "./start.ts";
