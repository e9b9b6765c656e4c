/** The public face of the Sock Chat gateway. */
export { noticeKeys } from "./bot.ts";
export { commandNames } from "./slash/index.ts";
export { start } from "./start.ts";
