/** The public face of core. */
export { History } from "./history/history.ts";
export { hashPassword } from "./identity/local.ts";
export { Secrets, storeCredential } from "./identity/secrets.ts";
export { coreMetricTable } from "./metrics.ts";
export { type CoreOptions, start } from "./start.ts";
