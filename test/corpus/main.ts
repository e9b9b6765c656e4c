/**
 * `npm run corpus -- [FILE…]`: says all messages of the corpus, or of some files, and writes down what comes. What has changed
 * is printed, to be looked at.
 *
 * `npm run corpus -- --browser --originchats CHECKOUT --sockchat CHECKOUT [--page PATH]`: shows what came to the stock clients
 * of both sides, in Chromium, holds what a reader sees on one side against the other, and writes the page with both.
 */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startStack } from "../support/stack.ts";
import { config, Speakers } from "./collect.ts";
import { difference } from "./compare.ts";
import { describe, fileOf, files, folder, type Message, messagesOf } from "./golden.ts";
import { pageOf, type Row } from "./page.ts";
import { type Checkouts, StockClients } from "./stock.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    browser: { type: "boolean", default: false },
    originchats: { type: "string" },
    sockchat: { type: "string" },
    page: { type: "string", default: join(tmpdir(), "dragoman-corpus.html") },
  },
});

const chosen = files().filter((each) => positionals.length === 0 || positionals.includes(each));

const marked = (sign: string, text: string): string => text.trimEnd().replace(/^/gm, `${sign} `);

async function renew(): Promise<void> {
  const stack = await startStack({ originchats: 1, sockchat: 1, config });
  const speakers = await Speakers.in(stack);
  let count = 0;
  try {
    for (const file of chosen) {
      const now: Message[] = [];
      for (const message of messagesOf(file)) {
        const said = await speakers.say(message);
        const [before, after] = [describe(message), describe(said)];
        if (before !== after) print(`${file}\n${marked("-", before)}\n${marked("+", after)}\n`);
        count += said.on.length;
        now.push(said);
      }
      writeFileSync(join(folder, file), fileOf(now));
    }
  } finally {
    speakers.end();
    await stack.stop();
  }
  print(`${count} messages`);
}

/** Every message of the corpus as both stock clients show it. */
async function rowsIn(clients: StockClients): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, typed, on, shown } of chosen.flatMap(messagesOf)) {
    for (const side of on) {
      const texts = shown[side];
      if (texts === undefined) throw new Error(`${name}: not said yet`);
      const [oc, sc] = [await clients.see("oc", texts.oc), await clients.see("sc", texts.sc)];
      rows.push({ name, typed, on: side, seen: { oc, sc }, reasons: difference({ oc, sc }) });
    }
  }
  return rows;
}

async function look(checkouts: Checkouts): Promise<void> {
  const clients = await StockClients.open(checkouts);
  const rows = await rowsIn(clients).finally(() => clients.close());
  const counts = new Map<string, number>();
  for (const { reasons, name, on, seen } of rows) {
    if (reasons?.length === 0) {
      print(`${name}, typed on ${on}: ${JSON.stringify([seen.oc.words, seen.sc.words])}`);
      process.exitCode = 1;
    }
    for (const reason of reasons ?? []) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const same = rows.filter(({ reasons }) => reasons === undefined).length;
  const unexplained = rows.filter(({ reasons }) => reasons?.length === 0).length;
  print(
    `${rows.length} messages: ${same} the same, ${rows.length - same - unexplained} not for a reason, ${unexplained} not for none`,
  );
  for (const [reason, count] of counts) print(`${count} ${reason}`);
  writeFileSync(values.page, pageOf(rows, checkouts));
  print(values.page);
}

const { originchats: oc, sockchat: sc } = values;
if (!values.browser) await renew();
else if (oc !== undefined && sc !== undefined) await look({ oc, sc });
else {
  process.stderr.write(
    "usage: npm run corpus -- --browser --originchats CHECKOUT --sockchat CHECKOUT\n",
  );
  process.exitCode = 2;
}
