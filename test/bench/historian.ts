/**
 * A core's history on its own: fed with a community of a named size, then asked over NATS, as cores are. Half of
 * the messages stand in the first channel, the others in all the rest.
 */
import type {
  ChannelId,
  CommandId,
  Event,
  Message,
  MessageId,
  MessageNumber,
  QueryOf,
  UserId,
} from "@dragoman/bus-schema";
import { encode, Query } from "@dragoman/bus-schema";
import { History } from "@dragoman/core";
import { Bus, createLogger, type FeedRecord } from "@dragoman/service-kit";
import { channelOf, messageIdOf, textOf } from "./corpus.ts";

const [, , url = "", user = "", password = "", subject = "", path = "", size = "0"] = process.argv;
const total = Number(size);
/** Commits of a record: what a leader's batch holds under load. */
const batchMax = 200;
const reachLimitMs = 3_600_000;

function posted(number: number): Event {
  const message: Message = {
    messageId: messageIdOf(number) as MessageId,
    number: number as MessageNumber,
    place: { channelId: channelOf(number) as ChannelId },
    author: { kind: "user", userId: `user-${number % 500}` as UserId },
    kind: "text",
    content: { text: textOf(number), markup: "markdown" },
    createdAtUs: 1_700_000_000_000_000 + number * 1_000,
  };
  return { type: "message.posted", message };
}

function record(seq: number, first: number): FeedRecord {
  const count = Math.min(batchMax, total - first + 1);
  const commits = Array.from({ length: count }, (_, n) => ({
    cause: { commandId: `bench.${first + n}` as CommandId, actor: "user" as const },
    events: [posted(first + n)],
  }));
  return {
    seq,
    unknown: [],
    batch: {
      v: 2,
      id: `record-${seq}`,
      term: 1,
      prev: seq === 1 ? "" : `record-${seq - 1}`,
      at: 1_700_000_000_000 + seq,
      commits,
    },
  };
}

const logger = createLogger("silent", "bench");
const fail = (why: string): never => {
  process.send?.({ failed: why });
  process.exit(1);
};
const history = await History.open({
  path,
  logger,
  gatherMs: 25,
  onFatal: ({ message }) => fail(message),
  onRewound: fail,
});

const windowRecords = 100;
let seq = 0;
for (let first = 1; first <= total; first += batchMax) {
  seq += 1;
  history.apply(record(seq, first));
  // The queue has no bound: it is not given more than some seconds of work.
  if (seq % windowRecords === 0) await history.reached(seq - windowRecords, reachLimitMs);
}
await history.reached(seq, reachLimitMs);

const bus = await Bus.connect({ url, user, password, name: "core", logger });
type Asked = QueryOf<"message.page"> | QueryOf<"message.search">;
const answer = (query: Asked) =>
  query.type === "message.page" ? history.page(query) : history.list({ ask: "search", query });

bus.subscribe(subject, (message) => {
  const query = Query.parse(JSON.parse(new TextDecoder().decode(message.data))) as Asked;
  answer(query).then(
    (value) => bus.respond(message, encode(value)),
    (error: unknown) => fail(String(error)),
  );
});
process.send?.({ ready: true });
