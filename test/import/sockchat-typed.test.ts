/** What the PHP server made of what people typed, as it was recorded, turned back (Sock Chat reference, 1.1). */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eveningSeconds } from "./sockchat-community.ts";
import { dumpOf, phpTables, type Row } from "./sockchat-forms.ts";
import { readWhole } from "./sockchat-read.ts";

const folder = new URL("../../transcripts/sockchat/", import.meta.url);

interface Heard {
  readonly typed: string;
  readonly stored: string;
  readonly flags: string;
}

/** Recordings with lines that were sent before the one in front was answered. */
const bursts = /^(?:22|27)-/;

/** Lines that people said, each with what the server made of it: the first packet 2 with their id behind it. */
function heardIn(file: string): Heard[] {
  const steps = readFileSync(new URL(file, folder), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { t: string; who?: string; frame?: string });
  return steps.flatMap(({ t, who, frame = "" }, at) => {
    const [packet, id, line = ""] = frame.split("\t");
    const typed = cut(line);
    const isCommand = typed.trim().startsWith("/");
    const words = isCommand ? /^\s*\/(?:me|action) ([\s\S]*)$/.exec(typed)?.[1] : typed;
    if (t !== "send" || packet !== "2" || words === undefined) return [];
    const next = steps.slice(at + 1).findIndex((step) => step.t === "send");
    const behind = steps.slice(at + 1, next < 0 ? undefined : at + 1 + next);
    const echo = behind.find(
      (step) => step.t === "recv" && step.who === who && step.frame?.startsWith("2\t"),
    );
    const [, , author, stored = "", , flags = ""] = echo?.frame?.split("\t") ?? [];
    return author === id ? [{ typed: words, stored, flags }] : [];
  });
}

/** A line as the server takes it: cut before it looks whether it is a command. */
const cut = (line: string): string =>
  [...line.replace(/^[ \t\n\r\0\v]+/, "")].slice(0, 2_000).join("");

/** What is kept of a text: all but what no text has here. */
const kept = (typed: string): string =>
  typed
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n]/gu, "")
    .trim();

test("every line of the recordings is again what was typed", async () => {
  const heard = readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl") && !bursts.test(file))
    .flatMap(heardIn)
    // Of typed `&lt;` and `<` the server makes the same.
    .filter(({ typed }) => !/&(?:lt|gt);/.test(typed) && kept(typed) !== "");
  assert.ok(heard.length > 100, `${heard.length} lines`);
  const rows: Row[] = heard.map(({ stored, flags }, at) => ({
    id: at + 1,
    epoch: eveningSeconds + at,
    userid: 1,
    username: "ada",
    color: "inherit",
    channel: "@default",
    chrank: 0,
    message: stored,
    flags: `${flags.slice(0, 4)}0`,
  }));
  const home = await mkdtemp(join(tmpdir(), "dragoman-sockchat-"));
  try {
    const path = join(home, "php.sql");
    const chat = { logs: rows, channels: [], bans: [] };
    await writeFile(path, dumpOf(phpTables(chat, "sock", "utf8mb4")));
    const { messages } = await readWhole(path);
    const byId = new Map(messages.map(({ cursor, message }) => [Number(cursor), message]));
    for (const [at, { typed, flags }] of heard.entries()) {
      const message = byId.get(at + 1);
      assert.equal(message?.content.text, kept(typed), JSON.stringify(typed));
      assert.equal(message?.kind, flags.startsWith("11") ? "action" : "text");
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
