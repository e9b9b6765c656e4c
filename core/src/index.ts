/** The public face of core. */
export type { Entry } from "./backup/contents.ts";
export { damaged, type Restored, restoreBackup } from "./backup/restore.ts";
export { takeBackup } from "./backup/take.ts";
export { History } from "./history/history.ts";
export { storeCredential } from "./identity/credential.ts";
export { hashPassword } from "./identity/local.ts";
export { coreMetricTable } from "./metrics.ts";
export { start } from "./start.ts";
