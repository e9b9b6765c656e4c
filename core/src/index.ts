/** The public face of core. */
export type { Entry } from "./backup/contents.ts";
export { noteBackup } from "./backup/mark.ts";
export { damaged } from "./backup/reading.ts";
export { restoreBackup } from "./backup/restore.ts";
export { takeBackup } from "./backup/take.ts";
export { verifyBackup } from "./backup/verify.ts";
export { History } from "./history/history.ts";
export { storeCredential } from "./identity/credential.ts";
export { hashPassword } from "./identity/local.ts";
export { Site } from "./identity/site.ts";
export { refuseOtherJournal, sayMissed, sayOtherCommunity } from "./known-journal.ts";
export { coreMetricTable } from "./metrics.ts";
export { Rehearsal } from "./rehearsal.ts";
export { canRebuildHistory } from "./snapshot/begin-history.ts";
export { start } from "./start.ts";
