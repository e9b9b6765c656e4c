/** Texts of many shapes, as long as is asked for: what readers of texts, of markup and of JSON find hard. */

const filled =
  (unit: string) =>
  (bytes: number): string =>
    unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)));
const between =
  (unit: string) =>
  (bytes: number): string =>
    `a${filled(unit)(bytes - 2)}a`;

/** Those that go into every field in the short form as well. */
export const worst = {
  blanks: between(" "),
  brackets: between("["),
  combining: between("\u0301"),
} as const;
export const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  ...worst,
  "blanks of Unicode": between("\u00a0\u3000\u2003"),
  "line breaks": between("\n"),
  letters: between("a"),
  "closing brackets": between("]"),
  "nested tags": between("[b][i]"),
  "open addresses": between("[url="),
  "running addresses": between("[url=javascript:"),
  "entities in addresses": between("[url=&#0000"),
  colours: between("[color=#"),
  stars: between("*_"),
  colons: between(":a:"),
  apostrophes: between("'"),
  quotes: between('"'),
  quotations: between("> a: b\n"),
  surrogates: between("\u{1f600}"),
  families: between("\u{1f469}\u200d\u{1f469}\u200d\u{1f467}"),
  flags: between("\u{1f1e9}"),
  "from right to left": between("\u202e\u2067"),
  "nothing to see": between("\u200b\u3164"),
  pipes: between("|"),
  backticks: between("`"),
  slashes: between("/"),
  backslashes: between("\\"),
  digits: filled("1"),
  signs: between("-+."),
  markup: between("<a "),
  comments: between("<!---->"),
  entities: between("&amp;"),
  mentions: between("@a &@b "),
  "roles called": between("@&a"),
  channels: between("originChats://a/"),
  emoji: between("originChats:<emoji>//a"),
  "web addresses": between("http://a'"),
  words: between("a "),
  "the end of a quotation": between("... "),
};

/** A text of a shape, by its name. */
export const textOf = (shape: string, bytes: number): string => shapes[shape]?.(bytes) ?? "";

/** JSON that is no text: what a reader of JSON and of shapes has to go through. */
export const values: Readonly<Record<string, (bytes: number) => string>> = {
  "a wide list": (bytes) => `[${filled("0,")(bytes)}0]`,
  "a list of objects": (bytes) => `[${filled('{"a":0},')(bytes)}0]`,
  "a deep list": (bytes) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2),
  "a wide object": (bytes) => {
    let text = "";
    for (let n = 0; text.length < bytes; n += 1) text += `"k${n}":0,`;
    return `{${text}"z":0}`;
  },
  "halves of surrogate pairs": (bytes) => `"${filled("\\ud800")(bytes)}"`,
};
