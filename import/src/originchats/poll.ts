/** Polls of a data folder (OriginChats part 3, section 16, `polls.json` and `poll_votes.json`). */
import { pollLimits } from "@dragoman/bus-schema";
import type { Report } from "../report.ts";
import type { SourcePoll } from "../source.ts";
import type { Names } from "./names.ts";
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  microsecondsOf,
  numberOf,
  textOf,
} from "./value.ts";

export interface PollOptions {
  readonly names: Names;
  readonly report: Report;
  readonly nowMs: number;
}

type Option = SourcePoll["options"][number];

export class Polls {
  readonly #byMessage = new Map<string, readonly [id: string, fields: Fields]>();
  readonly #votes: Fields;
  readonly #options: PollOptions;

  constructor(polls: unknown, votes: unknown, options: PollOptions) {
    this.#votes = fieldsOf(votes);
    this.#options = options;
    for (const [id, fields] of Object.entries(fieldsOf(polls))) {
      const messageId = isFields(fields) ? textOf(fields["message_id"], 100) : undefined;
      if (!isFields(fields) || messageId === undefined) {
        options.report.leave("poll", id, "is no poll");
      } else this.#byMessage.set(messageId, [id, fields]);
    }
  }

  /** The poll of a message; undefined: it has none that is one. */
  of(messageId: string): SourcePoll | undefined {
    const [id, fields] = this.#byMessage.get(messageId) ?? [];
    if (id === undefined || fields === undefined) return undefined;
    const { names, report, nowMs } = this.#options;
    const question = textOf(fields["question"], pollLimits.question);
    const options = optionsOf(fields["options"]);
    const creator = names.who(fields["created_by"]);
    if (
      question === undefined ||
      options.length < pollLimits.optionsMin ||
      creator.kind === "system"
    ) {
      report.leave("poll", id, "has no question, too few options, or nobody who asked");
      return undefined;
    }
    report.count("poll", "read");
    const createdAtUs = microsecondsOf(fields["created_at"]) ?? 0;
    const multi = fields["allow_multiselect"] === true;
    const endsUs = microsecondsOf(fields["expires_at"]);
    const isOver = fields["ended"] === true || (endsUs !== undefined && endsUs <= nowMs * 1000);
    const endedUs = microsecondsOf(fields["ended_at"]) ?? endsUs ?? createdAtUs;
    return {
      id,
      creator,
      createdAtUs,
      question,
      options,
      multi,
      endsMs: endsUs === undefined ? null : Math.round(endsUs / 1000),
      endedAtUs: isOver ? Math.max(createdAtUs, endedUs) : null,
      votes: this.#votesOf(id, options, multi),
    };
  }

  #votesOf(id: string, options: readonly Option[], multi: boolean): SourcePoll["votes"] {
    const known = new Set(options.map(({ optionId }) => optionId as string));
    const chosen = new Map<string, { at: number; ids: Set<string> }>();
    for (const vote of listOf(this.#votes[id])) {
      const { user_id: user, option_id: option, voted_at: at } = fieldsOf(vote);
      if (typeof user !== "string" || typeof option !== "string" || !known.has(option)) {
        this.#options.report.leave("vote", id, "is nobody's, or for no option");
        continue;
      }
      const own = chosen.get(user) ?? { at: numberOf(at) ?? 0, ids: new Set() };
      chosen.set(user, own);
      if (!multi) own.ids.clear();
      own.ids.add(option);
    }
    return [...chosen]
      .sort(([, a], [, b]) => a.at - b.at)
      .map(([user, { ids }]) => ({ who: this.#options.names.who(user), optionIds: [...ids] }));
  }
}

function optionsOf(given: unknown): readonly Option[] {
  const options = new Map<string, Option>();
  for (const each of listOf(given).slice(0, pollLimits.optionsMax)) {
    const fields = fieldsOf(each);
    const optionId = textOf(fields["id"], pollLimits.optionId);
    const text = textOf(fields["text"], pollLimits.optionText);
    const emoji = textOf(fields["emoji"], 400);
    if (optionId === undefined || text === undefined) continue;
    options.set(optionId, { optionId, text, ...(emoji === undefined ? {} : { emoji }) });
  }
  return [...options.values()];
}
