/** The house as an export meets it: all that there is, in pages or piece by piece. */
import type { AnswerOf, FileId, Place, PollId, UserId } from "@dragoman/bus-schema";
import type { Present } from "../house.ts";

export interface Books {
  present(): Promise<Present>;
  people(): AsyncIterable<AnswerOf<"export.people">["people"][number]>;
  /** How many messages stand in a place. */
  total(place: Place): Promise<number>;
  /** The messages of a place, the oldest first, up to a number. */
  messages(
    place: Place,
    upTo: number,
  ): AsyncIterable<AnswerOf<"export.messages">["messages"][number]>;
  votes(pollId: PollId): Promise<AnswerOf<"export.votes">["votes"]>;
  /** Person by person. */
  marks(people: readonly UserId[]): AsyncIterable<AnswerOf<"export.marks">["marks"][number]>;
  attachments(): AsyncIterable<AnswerOf<"export.attachments">["attachments"][number]>;
  webhooks(): Promise<AnswerOf<"export.webhooks">["webhooks"]>;
  /** The bytes of a file; null: it is not there. */
  bytes(fileId: FileId): Promise<AsyncIterable<Uint8Array> | null>;
}
