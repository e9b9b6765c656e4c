/** All rules of OriginChats, in the order in which they are applied. */
import type { OriginchatsRule } from "./protocol.ts";
import { channelRules } from "./rules-channels.ts";
import { communityRules } from "./rules-community.ts";
import { errorRules } from "./rules-errors.ts";
import { httpRules } from "./rules-http.ts";
import { listRules } from "./rules-lists.ts";
import { messageRules } from "./rules-messages.ts";
import { moderationRules } from "./rules-moderation.ts";
import { peopleRules } from "./rules-people.ts";
import { goneRules, presenceRules, unheardRules, watchRules } from "./rules-presence.ts";
import { threadRules } from "./rules-threads.ts";
import { voiceRules } from "./rules-voice.ts";

export const rules: readonly OriginchatsRule[] = [
  ...goneRules,
  ...watchRules,
  ...peopleRules,
  ...errorRules,
  ...threadRules,
  ...messageRules,
  ...channelRules,
  ...communityRules,
  ...moderationRules,
  ...presenceRules,
  ...voiceRules,
  ...httpRules,
  ...unheardRules,
  ...listRules,
];
