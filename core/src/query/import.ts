/** What an import asks of the house, for operators. */
import { identityKey } from "../state/find.ts";
import { cursorsOf } from "../state/imported.ts";
import { hasLived, isUntouched } from "../state/lived.ts";
import { busy, operating, type Row, refuse } from "./row.ts";

/** How far an import looks back. */
const tailMax = 100;

export const importAnswers: {
  readonly [T in "import.cursors" | "import.present" | "import.tail"]: Row<T>;
} = {
  "import.cursors": operating(({ source, after }, { replica }) => {
    const answer = { cursors: cursorsOf(replica.state, source, after) };
    return { ok: true, value: { through: replica.position.seq, answer } };
  }),

  "import.tail": operating(async ({ place }, { history, projected }) => {
    if (!(await projected())) return refuse(busy);
    const { through, answer } = await history.page({ type: "message.page", place, limit: tailMax });
    const messages = answer.messages.map(({ messageId, content, createdAtUs, editedAtUs }) => ({
      messageId,
      content,
      createdAtUs,
      ...(editedAtUs === undefined ? {} : { editedAtUs }),
    }));
    return { ok: true, value: { through, answer: { messages } } };
  }),

  "import.present": operating(async ({ identities, attachmentIds, webhookIds }, of) => {
    const { replica, secrets } = of;
    const { state } = replica;
    const channels = [...state.channels.values()].filter((channel) => isUntouched(state, channel));
    const answer = {
      lived: hasLived(state),
      untouched: channels.map(({ channelId }) => channelId),
      owners: identities.map(
        ({ provider, id }) => state.identities.get(identityKey(provider, id)) ?? null,
      ),
      attachmentIds: attachmentIds.filter((id) => state.attachments.has(id)),
      webhookIds: webhookIds.filter((id) => state.webhooks.has(id)),
      ...(state.pushes.size === 0 ? {} : { pushKey: (await secrets.push.keys()).publicKey }),
    };
    return { ok: true, value: { through: replica.position.seq, answer } };
  }),
};
