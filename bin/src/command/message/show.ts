import { OperatorError } from "@dragoman/service-kit/operator-error";
import { exitCode } from "../exit-code.ts";
import { namesIn } from "../names.ts";
import { houseCommand } from "../spec.ts";
import { messageOf, messageOutput } from "./shown.ts";

export const command = houseCommand({
  name: "message show",
  summary: "one message, wherever it stands but in a whisper",
  arguments: { id: { help: "its id, or its number on Sock Chat" } },
  options: {},
  output: messageOutput,
  say: ({ messageId, at, channel, author, text, editedAt, files }) => [
    `${messageId} in ${channel}, by ${author ?? "the server"} at ${at}${editedAt === undefined ? "" : `, edited at ${editedAt}`}${files === 0 ? "" : `, with ${files} files`}`,
    text,
  ],
  async run({ arguments: { id } }, tell, { operator }) {
    const { message } = await operator.ask({ type: "message.record", message: id });
    if (message === null) {
      throw new OperatorError(`there is no message ${JSON.stringify(id)}`, exitCode.refused);
    }
    const { channels } = await operator.frame();
    const channel = channels.find(({ channelId }) => channelId === message.place.channelId);
    await tell(await messageOf(message, channel?.name ?? "", namesIn(operator)));
    return 0;
  },
});
