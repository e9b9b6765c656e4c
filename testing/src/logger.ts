import { createLogger } from "@dragoman/service-kit";

/** A logger that says nothing. */
export const silent = createLogger("silent", "test");
