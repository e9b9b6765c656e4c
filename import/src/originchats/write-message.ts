/** Messages and polls of a data folder that is written (OriginChats part 3, section 16; part 2, 13). */
import type { MessageAttachment } from "@dragoman/bus-schema";
import type { Translate } from "../move-out/leaving.ts";
import type { Report } from "../report.ts";
import type { SourceMessage, SourcePlace, SourcePoll } from "../source.ts";
import type { WrittenNames } from "./write-names.ts";

export interface MessageWriting {
  readonly names: WrittenNames;
  readonly translate: Translate;
  readonly report: Report;
  /** What addresses of files begin with; "": they are the server's own. */
  readonly url: string;
}

const seconds = (us: number): number => us / 1e6;

/** A line of a file of messages. */
export function lineOf(message: SourceMessage, of: MessageWriting): object {
  const { names, translate, report } = of;
  const { id, by, atUs, editedAtUs, pinned, replyTo, ping, reactions = [], poll } = message;
  const { attachments = [], interaction, webhook } = message;
  report.count("message", "read");
  report.count("message", "brought");
  if (message.kind === "action") report.say("message", id, "is an action: there italics");
  else if (message.markup !== "markdown")
    report.say("message", id, "is in another markup: what the original has none for is words");
  const embeds = [...(poll === undefined ? [] : [pollEmbed(poll)]), ...(message.embeds ?? [])];
  return {
    id,
    user: names.key(by),
    content: poll === undefined ? translate(message) : "",
    timestamp: seconds(atUs),
    ...(editedAtUs === undefined ? {} : { edited: true }),
    ...(pinned === undefined ? {} : { pinned: true }),
    ...(replyTo === undefined ? {} : { reply_to: { id: replyTo.id, user: names.key(replyTo.by) } }),
    ...(ping === undefined ? {} : { ping }),
    ...(reactions.length === 0
      ? {}
      : {
          reactions: Object.fromEntries(
            reactions.map(({ emoji, people }) => [emoji, people.map((who) => names.key(who))]),
          ),
        }),
    ...(embeds.length === 0 ? {} : { embeds }),
    ...(attachments.length === 0
      ? {}
      : { attachments: attachments.map((each) => shown(each, of.url)) }),
    ...(interaction === undefined
      ? {}
      : {
          interaction: {
            command: interaction.command,
            username: names.username(interaction.who),
          },
        }),
    ...(webhook === undefined
      ? {}
      : {
          webhook: {
            id: webhook.github === true ? "github" : webhook.webhookId,
            name: webhook.name,
            avatar: webhook.avatar,
          },
        }),
  };
}

function shown(attachment: MessageAttachment, url: string): object {
  const { attachmentId, name, mime, size, expiresAtMs, permanent, width, height } = attachment;
  return {
    id: attachmentId,
    name,
    mime_type: mime,
    size,
    url: `${url}/attachments/${attachmentId}`,
    expires_at: expiresAtMs / 1000,
    permanent,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

const bodyOf = ({ question, options, multi, endsMs }: SourcePoll): object => ({
  question,
  options: options.map(({ optionId, text, emoji }) => ({
    id: optionId,
    text,
    ...(emoji === undefined ? {} : { emoji }),
  })),
  allow_multiselect: multi,
  expires_at: endsMs === null ? null : endsMs / 1000,
});

const pollEmbed = (poll: SourcePoll): object => ({
  type: "poll",
  poll: bodyOf(poll),
  title: poll.question,
});

/** A poll as its file has it. */
export function pollFields(
  poll: SourcePoll,
  messageId: string,
  place: SourcePlace,
  names: WrittenNames,
): object {
  return {
    id: poll.id,
    message_id: messageId,
    channel: "channel" in place ? (names.channels.get(place.channel) ?? null) : null,
    thread_id: "thread" in place ? place.thread : null,
    ...bodyOf(poll),
    created_by: names.key(poll.creator),
    created_at: seconds(poll.createdAtUs),
    ended: poll.endedAtUs !== null,
    ended_at: poll.endedAtUs === null ? null : seconds(poll.endedAtUs),
  };
}

/** The votes of a poll, whose times nobody keeps: their order is that of the first of each person. */
export function votesOf(poll: SourcePoll, names: WrittenNames): readonly object[] {
  const created = seconds(poll.createdAtUs);
  return poll.votes.flatMap(({ who, optionIds }, index) =>
    optionIds.map((optionId) => ({
      poll_id: poll.id,
      option_id: optionId,
      user_id: names.key(who),
      voted_at: created + index / 1000,
    })),
  );
}
