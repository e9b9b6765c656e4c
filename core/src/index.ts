/** The public face of core. */
export { hashPassword } from "./identity/local.ts";
export { Secrets, storeCredential } from "./identity/secrets.ts";
export { type CoreOptions, start } from "./start.ts";
