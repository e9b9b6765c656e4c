/** What a gateway gives to requests outside of any connection. */
import type { AnswerOf, Query, QueryOf, QueryType } from "@dragoman/bus-schema";
import type { CommandPort } from "./commands.ts";
import type { Questions } from "./questions.ts";
import type { RequestPort } from "./request-port.ts";
import { lanesMax, roundRobin } from "./round-robin.ts";

export interface RequestsOptions extends Pick<RequestPort, "view" | "connections" | "files"> {
  readonly commands: Pick<CommandPort, "ownLane">;
  readonly questions: Questions;
  /** What the lanes are numbered under; nobody else has it. */
  readonly name: string;
}

/** The port of one gateway. */
export function openRequests(options: RequestsOptions): RequestPort {
  const { view, connections, files, commands, questions, name } = options;
  const lanes = Array.from({ length: lanesMax }, (_, n) => commands.ownLane(`${name}_${n}`));
  return {
    view,
    connections,
    command: roundRobin(lanes),
    ask: async <T extends QueryType>(body: QueryOf<T>) => {
      const result = await questions.ask(body as Query, undefined);
      return result.ok ? { ok: true, value: result.value.answer as AnswerOf<T> } : result;
    },
    authenticate: (...who) => questions.authenticate(...who),
    files,
  };
}
