/** The public face of the canonical contract: names only. */
export * from "./codec.ts";
export * from "./command/index.ts";
export * from "./community.ts";
export * from "./content.ts";
export * from "./envelope.ts";
export * from "./event/index.ts";
export * from "./file.ts";
export * from "./id.ts";
export * from "./permission.ts";
export * from "./query/index.ts";
export * from "./query/message.ts";
export * from "./query/moderation.ts";
export * from "./reaction.ts";
export * from "./rejection.ts";
export * from "./signal/index.ts";
export * from "./stream.ts";
export * from "./subject.ts";
