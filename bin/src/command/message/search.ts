import type { Place } from "@dragoman/bus-schema";
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
    const { searchedPlacesMax } = await import("@dragoman/bus-schema");
    const count = readWhole("message search: --limit", limit, 50);
    const nameOf = namesIn(operator);
    const { channels, threads } = await operator.frame();
    if (wanted !== undefined && !channels.some(({ name }) => name === wanted)) {
      throw new OperatorError(`there is no channel ${JSON.stringify(wanted)}`, exitCode.refused);
    }
    const searched = channels.filter(
      ({ kind, name }) =>
        (kind === "text" || kind === "forum") && (wanted === undefined || wanted === name),
    );
    const channelNames = new Map(searched.map(({ channelId, name }) => [channelId, name]));
    const inside = new Map<string, Place[]>();
    for (const { channelId, threadId } of threads) {
      const others = inside.get(channelId);
      if (others === undefined) inside.set(channelId, [{ channelId, threadId }]);
      else others.push({ channelId, threadId });
    }
    // A forum has all its messages in threads.
    let places: readonly Place[] = searched.flatMap(({ channelId }) => [
      { channelId },
      ...(inside.get(channelId) ?? []),
    ]);
    while (places.length > 0) {
      const asked = places.slice(0, searchedPlacesMax);
      const ask = { type: "message.matches", places: asked, text, limit: count } as const;
      const { messages, searched: done } = await operator.ask(ask);
      for (const message of messages) {
        const channel = channelNames.get(message.place.channelId) ?? "";
        await tell(await messageOf(message, channel, nameOf));
      }
      places = places.slice(done);
    }
    return 0;
  },
});
