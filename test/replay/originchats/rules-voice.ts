/** Rules about voice channels (part 3, 10). */
import { type Frame, object, text, without } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { frameRule, ruleFor } from "./rule.ts";

const isNews = (frame: Frame): boolean => /^voice_user_/.test(text(frame["cmd"]));

export const voiceRules: readonly OriginchatsRule[] = [
  ruleFor(
    ["voice_user_joined"],
    "part 3, 10",
    "whoever joins is not told of it as the others are",
    (_frame, { who, step }) => (who === step.who ? null : undefined),
  ),
  frameRule("part 3, 10", "who comes, goes and is muted is told with global", (frame) =>
    isNews(frame) ? { ...frame, global: true } : undefined,
  ),
  frameRule(
    "part 3, 10",
    "peer ids are for those in the channel",
    (frame, { who, state, step }) => {
      const user = object(frame["user"]);
      if (!isNews(frame) || user["peer_id"] === undefined) return undefined;
      // A person is in a call with one session.
      const isOther = who !== step.who && state.nameOf(who) === user["username"];
      const isLeft = isOther && frame["cmd"] === "voice_user_joined";
      if (state.voice.get(who) === frame["channel"] && !isLeft) return undefined;
      return { ...frame, user: without(user, "peer_id") };
    },
  ),
];
