/** The public face of moving: readers of other servers' data and the one way from there into a house, and the way out. */

export { ImportStopped } from "./house.ts";
export { derivedId, keptId } from "./id.ts";
export { type House, moveIn } from "./move-in.ts";
export { leavingOf } from "./move-out/as-leaving.ts";
export { lives, TargetRefusal, writeBeside } from "./move-out/beside.ts";
export type { Books } from "./move-out/books.ts";
export type { Leaving, Told, Translate } from "./move-out/leaving.ts";
export { readOriginchats } from "./originchats/folder.ts";
export { writeOriginchats } from "./originchats/write.ts";
export { SourceRefusal } from "./refusal.ts";
export { Report, type ReportSummary } from "./report.ts";
export { readSockchat } from "./sockchat/as-source.ts";
export type { Remark } from "./sockchat/item.ts";
export type { SourceMessage } from "./sockchat/lines.ts";
export type { SourcePerson } from "./sockchat/people.ts";
export type { SourceChannel } from "./sockchat/places.ts";
export { type SiteBan, type SockChatOptions, SockChatSource } from "./sockchat/source.ts";
export { writeSockchat } from "./sockchat/write.ts";
export type { Source } from "./source.ts";
