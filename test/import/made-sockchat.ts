/** A dump of the PHP server's database as one that has lived for years leaves it, with all that is broken in such dumps. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { textOf, word } from "../bench/corpus.ts";
import type { Made, Sizes } from "./made-originchats.ts";
import { dumpOf, phpTables, type Row } from "./sockchat-forms.ts";

const firstSecond = 1_400_000_000;
const channels = 20;
const rowsAtOnce = 200;
const oddEvery = 997;
const hugeText = 10 * 1024 * 1024;

const channelOf = (n: number): string => (n % 2 === 0 ? "@default" : `room${n % channels}`);

/** What is left out; the last two are notices and private words. */
const broken: readonly ((row: Row) => Row)[] = [
  (row) => ({ ...row, id: 1 }),
  (row) => ({ ...row, id: -5 }),
  (row) => ({ ...row, channel: "" }),
  (row) => ({ ...row, userid: 0, username: "" }),
  (row) => ({ ...row, message: " " }),
  (row) => ({ ...row, userid: -1, username: "ChatBot", message: "0\fjoin\fada" }),
  (row) => ({ ...row, channel: "@priv", message: "(@bob) a secret" }),
];
const odd: readonly ((row: Row) => Row)[] = [
  (row) => ({ ...row, epoch: null }),
  (row) => ({ ...row, epoch: 9_000_000_000 }),
  (row) => ({ ...row, message: "&lt;b&gt; <br/> \u0007 bell" }),
  (row) => ({ ...row, message: "long ".repeat(3_000) }),
  (row) => ({ ...row, username: `&lt;AFK&gt;_~nick${row["userid"]}` }),
];

/** Writes a dump. Files have none. */
export async function makeSockchat(path: string, { people, messages }: Sizes): Promise<Made> {
  const file = createWriteStream(path);
  const empty = {
    logs: [],
    bans: [],
    channels: Array.from({ length: channels / 2 }, (_, n) => ({
      id: n + 1,
      chname: channelOf(n * 2 + 1),
      pwd: "",
      priv: 0,
    })),
  };
  file.write(dumpOf(phpTables(empty)));
  let lost = 0;
  let rows: Row[] = [];
  const flush = async (change: (text: string) => string = (text) => text): Promise<void> => {
    const dump = dumpOf(phpTables({ ...empty, logs: rows }), { rowsAtOnce });
    rows = [];
    const insert = /^INSERT INTO `sock_logs`.*\n/m.exec(dump)?.[0] ?? "";
    if (file.write(change(insert)) === false) await once(file, "drain");
  };
  for (let n = 0; n < messages; n += 1) {
    const turn = Math.floor(n / oddEvery) % (broken.length + odd.length);
    const isOdd = n % oddEvery === oddEvery - 1;
    if (isOdd && turn < broken.length) lost += 1;
    const form = isOdd ? (broken[turn] ?? odd[turn - broken.length]) : undefined;
    const row = rowOf(n, people);
    rows.push(form?.(row) ?? row);
    if (rows.length === rowsAtOnce) await flush();
  }
  await flush();
  rows = [{ ...rowOf(messages, people), message: "x".repeat(hugeText) }];
  await flush();
  // Of the last statement the end is missing.
  rows = [rowOf(messages + 1, people)];
  await flush((text) => text.slice(0, -40));
  file.end();
  await finished(file);
  return { messages: messages - lost + 1, people: Math.min(people, messages), broken: lost + 1 };
}

function rowOf(n: number, people: number): Row {
  const who = ((n * 7_919) % people) + 1;
  return {
    id: n + 1,
    epoch: firstSecond + n,
    userid: who,
    username: `${word(who % 20_000)}${who}`,
    color: who % 2 === 0 ? "inherit" : "#C0FFEE",
    channel: channelOf(n),
    chrank: 0,
    message: textOf(n),
    flags: n % 23 === 0 ? "11000" : "10010",
  };
}
