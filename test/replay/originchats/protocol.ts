/** OriginChats as the replay sees it. */
import type { Protocol } from "../protocol.ts";
import type { Rule } from "../rule.ts";
import { type Frame, markFrame, translate } from "./frame.ts";
import { type Answer, compared, httpClient } from "./http.ts";
import { Community } from "./state.ts";

export type OriginchatsRule = Rule<Frame, Community>;

export const originchats: Protocol<Frame, Community> = {
  parse: (text) => JSON.parse(text) as Frame,
  mark: markFrame,
  exchanged: (action) =>
    action.do === "http"
      ? new Map([[httpClient, [compared(action.response as Answer)]]])
      : new Map(),
  translate,
  begin: (seed) => new Community(seed),
  follow: (community, step, outcome) => community.follow(step, outcome),
};
