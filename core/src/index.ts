/** The public face of core. */
export { History } from "./history/history.ts";
export { storeCredential } from "./identity/credential.ts";
export { hashPassword } from "./identity/local.ts";
export { coreMetricTable } from "./metrics.ts";
export { start } from "./start.ts";
