import { OperatorError } from "@dragoman/service-kit/operator-error";
import { exitCode } from "../exit-code.ts";
import { namesIn } from "../names.ts";
import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";
import { messageOf, messageOutput, sayMessage } from "./shown.ts";

export const command = houseCommand({
  name: "message search",
  summary:
    "messages that hold some text, whatever the case, channel by channel with their threads, the newest first; whispers are not looked in",
  arguments: {
    text: { help: "less than three letters are looked for among the newest messages alone" },
  },
  options: {
    channel: { help: "only in this one", value: "name" },
    limit: { help: "of each channel and thread, 50 at most", value: "number", default: "20" },
  },
  output: messageOutput,
  stream: true,
  say: sayMessage,
  async run({ arguments: { text }, options: { channel: wanted, limit } }, tell, { operator }) {
    const count = readWhole("message search: --limit", limit, 50);
    const names = namesIn(operator);
    const { channels, threads } = await operator.frame();
    if (wanted !== undefined && !channels.some(({ name }) => name === wanted)) {
      throw new OperatorError(`there is no channel ${JSON.stringify(wanted)}`, exitCode.refused);
    }
    for (const { channelId, kind, name } of channels) {
      if ((kind !== "text" && kind !== "forum") || (wanted !== undefined && wanted !== name))
        continue;
      // A forum has all its messages in threads.
      const inside = threads.filter((thread) => thread.channelId === channelId);
      for (const place of [
        { channelId },
        ...inside.map(({ threadId }) => ({ channelId, threadId })),
      ]) {
        const ask = { type: "message.search", place, text, limit: count } as const;
        const { messages } = await operator.ask(ask);
        for (const message of messages) await tell(await messageOf(message, name, names));
      }
    }
    return 0;
  },
});
