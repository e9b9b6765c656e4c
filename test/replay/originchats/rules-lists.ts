/** What answers hold besides, for clients of the newer dialect (part 1, 2.9): of the frames that all other rules leave. */
import { type JsonObject, list, object } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { ruleFor } from "./rule.ts";

/** An entry of the short list: what a channel is, and no more. */
function shortOf({ type, name, description }: JsonObject): JsonObject {
  return {
    type: type ?? null,
    name: name ?? null,
    ...(description === undefined ? {} : { description }),
  };
}

export const listRules: readonly OriginchatsRule[] = [
  ruleFor(
    ["channels_get"],
    "part 1, 2.9",
    "the list of channels stands in its short form as well",
    (frame) => ({ ...frame, channels: list(frame["val"]).map(object).map(shortOf) }),
  ),
];
