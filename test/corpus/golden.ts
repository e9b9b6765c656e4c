/**
 * The corpus in its text form: what people really write, and what the other side gets of it, byte for byte.
 *
 * A message begins with a line `= what it is`. `typed` is what is typed on both sides (`typed oc`, `typed sc`: on that
 * one alone). `to sc` is what Sock Chat gets where it was typed on OriginChats, `to oc` the other way round, `on sc` what
 * Sock Chat gets back of what was typed there. A line without words after the name says that it is as it was typed (on Sock
 * Chat: with `<`, `>`, line breaks and tabs as that protocol has them). More lines of a text begin with `|`.
 * A character that does not show stands as `⟨200B⟩`, and what comes again and again as `⟨500×[b]⟩`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const folder = new URL("../../corpus/messages/", import.meta.url).pathname;

export type Side = "oc" | "sc";
const sides: readonly Side[] = ["oc", "sc"];

/** What each side got of a message that was typed on one. */
export type Shown = Readonly<Record<Side, string>>;

export interface Message {
  readonly name: string;
  readonly typed: string;
  readonly on: readonly Side[];
  /** By the side where it was typed. */
  readonly shown: Readonly<Partial<Record<Side, Shown>>>;
}

/** All that does not show, but for what makes one emoji of several characters; and a blank at the end of a line. */
const unseen = new RegExp(
  [
    "(?<=\\n|^) | (?=\\n|$)|[⟨⟩]|\\ufeff|",
    "(?![ \\n])(?!(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}#*0-9])\\ufe0f)",
    "(?!(?<=\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|\\ufe0f)\\u200d(?=\\p{Extended_Pictographic}))",
    "(?!(?<=\\u{1f3f4}[\\u{e0061}-\\u{e007a}]{0,6})[\\u{e0061}-\\u{e007f}])",
    "[\\p{Default_Ignorable_Code_Point}\\p{C}\\p{Z}]",
  ].join(""),
  "gu",
);
const again = /((?:⟨[0-9A-F]+⟩|[^⟨⟩\n]){1,60}?)\1{19,}/gu;

/** A text on lines that show all that is in it. */
function written(text: string): string {
  const code = (char: string): string => `⟨${char.codePointAt(0)?.toString(16).toUpperCase()}⟩`;
  return text
    .replace(unseen, code)
    .replace(again, (all, part: string) => `⟨${all.length / part.length}×${part}⟩`)
    .replaceAll("\n", "\n| ");
}

function read(lines: string): string {
  return lines
    .replace(/⟨([0-9A-F]+)⟩/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/⟨(\d+)×([^⟩]*)⟩/g, (_, count: string, part: string) => part.repeat(Number(count)));
}

/** What Sock Chat gets of a text in which nothing is changed. */
const asTyped = (text: string, side: Side): string =>
  side === "oc"
    ? text
    : text
        .replaceAll("\t", "    ")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll("\n", " <br/> ");

const keys: readonly (readonly [key: string, from: Side, to: Side])[] = [
  ["to sc", "oc", "sc"],
  ["to oc", "sc", "oc"],
  ["on sc", "sc", "sc"],
];

/** A message in its text form. */
export function describe({ name, typed, on, shown }: Message): string {
  const where = on.length === sides.length ? "typed" : `typed ${on[0]}`;
  const lines = [`= ${name}`, `${where} ${written(typed)}`];
  for (const [key, from, to] of keys) {
    const got = shown[from]?.[to];
    if (got === undefined) continue;
    lines.push(got === asTyped(typed, to) ? key : `${key} ${written(got)}`);
  }
  return `${lines.join("\n")}\n`;
}

const form =
  /^= (?<name>.*)\ntyped(?: (?<side>oc|sc))? (?<typed>.*(?:\n\|.*)*)(?<rest>(?:\n(?:to|on) .*(?:\n\|.*)*)*)$/;
/** A line break, and what stands before a line. */
const lineOf = /\n\| ?/g;
const got = /(?:^|\n)((?:to|on) (?:oc|sc))(?: (.*(?:\n\|.*)*))?/g;

function messageOf(block: string): Message {
  const { name = "", side, typed: lines = "", rest = "" } = form.exec(block)?.groups ?? {};
  if (name === "") throw new Error(`no message of the corpus: ${block}`);
  const typed = read(lines.replace(lineOf, "\n"));
  const given = new Map(
    [...rest.matchAll(got)].map(([, key = "", words]) => [
      key,
      words === undefined ? undefined : read(words.replace(lineOf, "\n")),
    ]),
  );
  const of = (key: string, side: Side): string => given.get(key) ?? asTyped(typed, side);
  const on = side === undefined ? sides : sides.filter((each) => each === side);
  const shown = {
    ...(given.has("to sc") ? { oc: { oc: typed, sc: of("to sc", "sc") } } : {}),
    ...(given.has("to oc") ? { sc: { oc: of("to oc", "oc"), sc: of("on sc", "sc") } } : {}),
  };
  return { name, typed, on, shown };
}

/** The files of the corpus, by their names. */
export function files(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort();
}

/** The messages of a file. @throws Error where a part of it is none */
export function messagesOf(file: string): readonly Message[] {
  return readFileSync(join(folder, file), "utf8")
    .trimEnd()
    .split(/\n\n(?==)/)
    .map(messageOf);
}

/** A file with these messages. */
export const fileOf = (messages: readonly Message[]): string => messages.map(describe).join("\n");
