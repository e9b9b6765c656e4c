/**
 * Pages and searches of a long history, asked over NATS as gateways ask, as a ratio to a bare NATS request in
 * the same run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bus, createLogger } from "@dragoman/service-kit";
import { community, startNats } from "@dragoman/testing/nats";
import { percentile, startHelper } from "./child.ts";
import { channelId, channels, messageIdOf, textOf, word } from "./corpus.ts";
import type { Figure } from "./figure.ts";

const messages = 1_000_000;
const questions = 2_000;
// Where core may be asked, and nobody asks.
const echo = `dragoman.v1.${community}.bench.echo`;
const subject = `dragoman.v1.${community}.bench.history`;
const goal = 50;
/** Filling the history takes longer than any other step of a benchmark. */
const feedingMs = 1_800_000;

/** Half of the questions are about the long channel. */
const placeOf = (n: number) => ({
  channelId: channelId(n % 2 === 0 ? 0 : 1 + (n % (channels - 1))),
});

/** What clients ask: mostly the newest page, else one further back, by number or by id. */
function pageQuestion(n: number, total: number): object {
  const place = placeOf(n);
  const inPlace = n % 2 === 0 ? total / 2 : total / 2 / (channels - 1);
  const base = { type: "message.page", place, limit: 100 };
  if (n % 5 === 3) return { ...base, skip: Math.floor((inPlace * (n % 97)) / 97) };
  if (n % 5 === 4 && n % 2 === 0) {
    return { ...base, before: messageIdOf(2 * (1 + Math.floor((inPlace * (n % 89)) / 89))) };
  }
  return base;
}

/** Common words, rare ones, several in a row, a few letters, and what stands nowhere. */
function searchQuestion(n: number, total: number): object {
  const said = textOf(1 + ((n * 7_919) % total)).split(" ");
  const texts = [
    word(n % 40),
    word(10_000 + ((n * 13) % 10_000)),
    said.slice(1, 3).join(" "),
    said[0]?.slice(0, 2) ?? "ka",
    `nowhere ${n}`,
  ];
  return { type: "message.search", place: placeOf(n), text: texts[n % texts.length], limit: 30 };
}

async function asked(
  bus: Bus,
  to: string,
  count: number,
  question: (n: number) => object,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const data = new TextEncoder().encode(JSON.stringify(question(n)));
    const begun = performance.now();
    const reply = await bus.request(to, data, { timeoutMs: 30_000 });
    JSON.parse(new TextDecoder().decode(reply.data));
    took.push(performance.now() - begun);
  }
  return took.sort((a, b) => a - b);
}

/** @param scale 1 is the named size: 1,000,000 messages in 200 channels, one of them with 500,000 */
export async function history(scale: number): Promise<readonly Figure[]> {
  const total = Math.max(2_000, Math.round(messages * scale));
  const count = Math.max(100, Math.round(questions * Math.min(1, scale * 10)));
  const folder = await mkdtemp(join(tmpdir(), "dragoman-history-"));
  const nats = await startNats();
  const { user, password } = nats.credentials("core");
  const echoing = startHelper("./echo.js", [nats.url, user, password, echo]);
  const historian = startHelper("./historian.js", [
    nats.url,
    user,
    password,
    subject,
    join(folder, "history.sqlite"),
    String(total),
  ]);
  const logger = createLogger("silent", "bench");
  const bus = await Bus.connect({ url: nats.url, user, password, name: "core", logger });
  try {
    await echoing.next();
    await historian.next(feedingMs);
    const floorOf = () => asked(bus, echo, count, (n) => ({ n, padding: "x".repeat(200) }));
    await floorOf();
    const before = await floorOf();
    const pages = await asked(bus, subject, count, (n) => pageQuestion(n, total));
    const searches = await asked(bus, subject, count, (n) => searchQuestion(n, total));
    const after = await floorOf();
    const base = (percentile(before, 0.5) + percentile(after, 0.5)) / 2;
    const row = (name: string, value: number, most?: number): Figure => ({
      name,
      value,
      unit: "ms",
      ratio: value / base,
      ...(most === undefined ? {} : { goal: most }),
    });
    return [
      { name: "NATS request, p50", value: base, unit: "ms" },
      row("messages_get, p50", percentile(pages, 0.5)),
      row("messages_get, p99", percentile(pages, 0.99), goal),
      row("messages_search, p50", percentile(searches, 0.5)),
      row("messages_search, p99", percentile(searches, 0.99), goal),
    ];
  } finally {
    await bus.close();
    await historian.stop();
    await echoing.stop();
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
