/** Answers to slash commands, which stand in the commit of what they answer for. */
import {
  type CommandOf,
  type Event,
  type Result,
  trimmed,
  type UserId,
} from "@dragoman/bus-schema";
import { placeNotFound } from "../state/sight.ts";
import { drafts, systemLine } from "./draft.ts";
import { visible } from "./place.ts";
import { type MemberContext, refuse } from "./row.ts";

/**
 * `message.posted` of the public answer to a slash command; refused where its place is not visible to whoever asks.
 * @param concernsId whom it names
 */
export function answerEvents(
  context: MemberContext,
  said: CommandOf<"moderation.unban">["said"],
  concernsId?: UserId,
): Result<readonly Event[]> {
  if (said === undefined) return { ok: true, value: [] };
  if (visible(context, said.place) === undefined) return refuse(placeNotFound(said.place));
  const line = systemLine(said.place, trimmed(said.text), concernsId);
  const { asker } = context;
  const { command } = said;
  const draft =
    asker.kind === "operator"
      ? line
      : { ...line, interaction: { command, userId: asker.actor.userId } };
  return { ok: true, value: [drafts(context)(draft)] };
}
