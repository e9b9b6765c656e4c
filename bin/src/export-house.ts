/** The house as an export meets it: an operator's questions, page by page. */
import { type AnswerOf, type AttachmentId, exportPeopleMax } from "@dragoman/bus-schema";
import type { Books } from "@dragoman/import";
import type { Operator } from "./operator.ts";

export function booksOf(operator: Operator): Books {
  return {
    present: () => operator.snapshot(),

    async *people() {
      for (let from = 0; ; from += exportPeopleMax) {
        const { people } = await operator.exported("export.people", { from });
        yield* people;
        if (people.length < exportPeopleMax) return;
      }
    },

    total: async (place) => {
      const after = Number.MAX_SAFE_INTEGER;
      return (await operator.exported("export.messages", { place, after })).total;
    },

    async *messages(place, upTo) {
      for (let after: number | null = 0; after !== null; ) {
        const page: AnswerOf<"export.messages"> = await operator.exported("export.messages", {
          place,
          after,
        });
        yield* page.messages.filter(({ number }) => number <= upTo);
        after = (page.next ?? upTo) < upTo ? page.next : null;
      }
    },

    votes: async (pollId) => {
      const votes: AnswerOf<"export.votes">["votes"] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page: AnswerOf<"export.votes"> = await operator.exported("export.votes", {
          pollId,
          after,
        });
        votes.push(...page.votes);
        after = page.next;
      }
      return votes;
    },

    async *marks(people) {
      for (let from = 0; from < people.length; from += exportPeopleMax) {
        const userIds = people.slice(from, from + exportPeopleMax);
        yield* (await operator.exported("export.marks", { userIds })).marks;
      }
    },

    attachments: () => attachments(operator),

    webhooks: async () => (await operator.exported("export.webhooks", {})).webhooks,

    bytes: async (fileId) => {
      const file = await operator.files.describe(fileId);
      return file === null ? null : operator.files.bytes(file, 0, file.size);
    },
  };
}

/** Each once: where the last of a page is over meanwhile, the next one is the first. */
async function* attachments(
  operator: Operator,
): AsyncGenerator<AnswerOf<"export.attachments">["attachments"][number]> {
  const seen = new Set<string>();
  for (let last: AttachmentId | undefined; ; ) {
    const page: AnswerOf<"export.attachments"> = await operator.exported("export.attachments", {
      ...(last === undefined ? {} : { after: last }),
    });
    for (const attachment of page.attachments) {
      if (seen.has(attachment.attachmentId)) continue;
      seen.add(attachment.attachmentId);
      yield attachment;
    }
    last = page.attachments.at(-1)?.attachmentId;
    if (last === undefined) return;
  }
}
