/** How far imports have come, for whoever goes on with one. */
import { z } from "zod";
import { Provider } from "../community.ts";
import { Content } from "../content.ts";
import { AttachmentId, ChannelId, MessageId, UserId, WebhookId } from "../id.ts";
import { Place } from "../place.ts";

/** Cursors of one answer. */
export const importCursorsMax = 1_000;

export const importQueries = {
  /** The cursors of a source behind the key `after`, in the order in which they were first stored. Needs no session. */
  "import.cursors": {
    ask: z.object({
      type: z.literal("import.cursors"),
      source: z.string().min(1).max(64),
      after: z.string().max(300).exactOptional(),
    }),
    answer: z.object({
      cursors: z.array(z.object({ key: z.string(), cursor: z.string() })),
    }),
  },
  /** The newest messages of a place, oldest first, for what was changed on the other server since. Needs no session. */
  "import.tail": {
    ask: z.object({ type: z.literal("import.tail"), place: Place }),
    answer: z.object({
      messages: z.array(
        z.object({
          messageId: MessageId,
          content: Content,
          createdAtUs: z.int(),
          editedAtUs: z.int().exactOptional(),
        }),
      ),
    }),
  },
  /**
   * What the house has of what an import asks for, besides what the roster says. `lived`: something was said somewhere;
   * `untouched`: channels in which nothing ever was. Of identities the owner's id, in the order of the question. Needs no session.
   */
  "import.present": {
    ask: z.object({
      type: z.literal("import.present"),
      identities: z.array(z.object({ provider: Provider, id: z.string().max(200) })).max(500),
      attachmentIds: z.array(AttachmentId).max(500),
      webhookIds: z.array(WebhookId).max(500),
    }),
    answer: z.object({
      lived: z.boolean(),
      untouched: z.array(ChannelId),
      owners: z.array(UserId.nullable()),
      attachmentIds: z.array(AttachmentId),
      webhookIds: z.array(WebhookId),
      /** The public key that the house's subscriptions were made by; absent: it has none, or is of before. */
      pushKey: z.string().exactOptional(),
    }),
  },
} as const;
