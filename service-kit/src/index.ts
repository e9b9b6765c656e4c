/** The public face of service-kit: what every process needs. */
export * from "./bus.ts";
export * from "./config.ts";
export * from "./fatal.ts";
export * from "./feed.ts";
export * from "./files.ts";
export * from "./health.ts";
export * from "./journal.ts";
export * from "./key-tag.ts";
export * from "./lifecycle.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export * from "./process.ts";
export * from "./public-host.ts";
export * from "./time.ts";
