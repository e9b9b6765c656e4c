/** What names look like: two with one likeness cannot be told apart by eye (UTS #39, section 4). */
import unhomoglyph from "unhomoglyph";

/** Unicode's table of confusables. The package gives the function itself, and its types say otherwise. */
const confusables = unhomoglyph as unknown as (text: string) => string;

/**
 * What Unicode's table leaves apart from the letter that is read in it: small capitals, some of Cyrillic and Greek, white
 * letters on black discs and squares.
 */
const alsoRead: ReadonlyMap<string, string> = new Map([
  ...pairs("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢʍĸ", "abcdefghijklmnoprstuvwyzmk"),
  ...pairs("вгезіїјкмнопрсѕтухһьӏԁԛԝү", "breziijkmhonpcstyxhbldqwy"),
  ...pairs("αβγεηικμνοπρστυχωϲϳ", "abyenikuvonpotuxwcj"),
  ...pairs("🅐🅑🅒🅓🅔🅕🅖🅗🅘🅙🅚🅛🅜🅝🅞🅟🅠🅡🅢🅣🅤🅥🅦🅧🅨🅩", "abcdefghijklmnopqrstuvwxyz"),
  ...pairs("🅰🅱🅲🅳🅴🅵🅶🅷🅸🅹🅺🅻🅼🅽🅾🅿🆀🆁🆂🆃🆄🆅🆆🆇🆈🆉", "abcdefghijklmnopqrstuvwxyz"),
]);

function pairs(from: string, to: string): [string, string][] {
  const letters = [...to];
  return [...from].map((letter, index) => [letter, letters[index] ?? letter]);
}

/**
 * Shows as nothing, or stands on another letter. Signs of scripts in which they are letters, as those of Devanagari
 * and the dots of kana, are none of these; the points of Hebrew and Arabic are.
 */
const dropped =
  /\p{Default_Ignorable_Code_Point}|\u2800|\p{Me}|(?![\u3099\u309a])(?=\p{M})\p{Script=Inherited}|(?=\p{Mn})\p{Script=Hebrew}/gu;

function bare(text: string): string {
  return text.normalize("NFKD").replace(dropped, "");
}

function mapped(text: string): string {
  let read = "";
  for (const letter of bare(text)) read += alsoRead.get(letter) ?? letter;
  return bare(confusables(read));
}

/** A name as a place may show it: blanks as `_`, the mark `~` left out. */
const shown = (name: string): string => name.trim().replace(/^~+/, "").replace(/\s/gu, "_");

/**
 * What a name looks like. Marks on letters do not count, and `i`, `l`, `I`, `1` are one, as are `rn` and `m`: each may be
 * read for the other in one of the two cases.
 */
function skeleton(name: string): string {
  // A capital has its own look-alikes, and so has the small letter that it becomes.
  const small = mapped(mapped(name).toLowerCase()).toLowerCase();
  return small.replaceAll("i", "l").replaceAll("vv", "w").normalize("NFC");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ascii = /^[\u0000-\u007f]*$/;

/** A name whose letters stand apart, as in `m o n a`, in one word; undefined: it is another. */
function joined(typed: string): string | undefined {
  const words = bare(typed)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return words.length > 1 && words.every((word) => [...word].length === 1)
    ? words.join("")
    : undefined;
}

/**
 * What a name looks like as it is written and in small letters, and where its letters stand apart as one word: two of which
 * one skeleton is the same are look-alikes.
 */
export function skeletonsOf(name: string): readonly string[] {
  const typed = shown(name);
  const forms = [typed, joined(typed) ?? typed];
  // Of ASCII the small letters have the same.
  if (!ascii.test(typed)) forms.push(...forms.map((form) => form.toLowerCase()));
  return [...new Set([...new Set(forms)].map(skeleton))];
}

/** The same of what is read when all that parts words is left out: `Chat Bot`, `_chatbot_` and `ChatBot` are one. */
export function wordSkeletonsOf(name: string): readonly string[] {
  return skeletonsOf(name).map((seen) => seen.replace(/[^\p{L}\p{N}]/gu, ""));
}

/** Nicknames are found whatever the case, with blanks written as `_` too. */
export const nicknameKey = (nickname: string): string => shown(nickname).toLowerCase();
