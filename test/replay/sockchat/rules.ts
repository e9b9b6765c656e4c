/**
 * Where we differ from the original on purpose: general rules, each with the quirk's number in the recordings'
 * README or the section of the reference or of the bridge table that says so.
 */
import type { Rules } from "./rewrite.ts";
import { channelRules } from "./rules-channels.ts";
import { contextRules } from "./rules-context.ts";
import { entryRules, floodRules } from "./rules-entry.ts";
import { frameRules } from "./rules-frames.ts";
import { messageRules, whisperRules } from "./rules-messages.ts";
import { moderationRules } from "./rules-moderation.ts";
import { awayRules, nameRules } from "./rules-names.ts";
import { standingRules } from "./rules-standing.ts";

export const rules: Rules = {
  steps: [
    ...frameRules,
    ...entryRules,
    ...nameRules,
    ...channelRules,
    ...standingRules,
    ...messageRules,
    ...moderationRules,
    ...whisperRules,
    ...awayRules,
    ...floodRules,
  ],
  contexts: contextRules,
};
