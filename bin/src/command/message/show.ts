import { OperatorError } from "@dragoman/service-kit/operator-error";
import { exitCode } from "../exit-code.ts";
import { namesIn } from "../names.ts";
import { houseCommand } from "../spec.ts";
import { messageOf, messageOutput } from "./shown.ts";

export const command = houseCommand({
  name: "message show",
  summary: "one message, wherever it stands but in a whisper",
  arguments: { id: { help: "its id" } },
  options: {},
  output: messageOutput,
  say: ({ messageId, at, channel, author, text, editedAt, files }) => [
    `${messageId} in ${channel}, by ${author ?? "the server"} at ${at}${editedAt === undefined ? "" : `, edited at ${editedAt}`}${files === 0 ? "" : `, with ${files} files`}`,
    text,
  ],
  async run({ arguments: { id: messageId } }, tell, { operator }) {
    for (const { channelId, kind, name } of (await operator.frame()).channels) {
      if (kind === "whisper") continue;
      const place = { channelId };
      const { message } = await operator.ask({ type: "message.one", place, messageId });
      if (message === null) continue;
      await tell(await messageOf(message, name, namesIn(operator)));
      return 0;
    }
    throw new OperatorError(`there is no message "${messageId}"`, exitCode.refused);
  },
});
