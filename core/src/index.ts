/** The public face of core. */
export { History } from "./history/history.ts";
export { hashPassword } from "./identity/local.ts";
export { storeCredential } from "./identity/secrets.ts";
export { coreMetricTable } from "./metrics.ts";
export { start } from "./start.ts";
