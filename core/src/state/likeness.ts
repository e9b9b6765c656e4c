/** What names look like: two with one likeness cannot be told apart by eye. */

/** Cyrillic, Greek and digits that pass for Latin letters, in lower case. */
const lookAlikes: ReadonlyMap<string, string> = new Map([
  ...pairs("авгеёзіїјкмнопрсѕтухһьӏԁԛԝү", "abreeziijkmhonpcstyxhbldqwy"),
  ...pairs("αβγεηικμνοπρστυχωϲϳ", "abyenikuvonpotuxwcj"),
  ...pairs("01ıɑɡ", "oliag"),
]);

function pairs(from: string, to: string): [string, string][] {
  const letters = [...to];
  return [...from].map((letter, index) => [letter, letters[index] ?? letter]);
}

/** What a name looks like: names with one skeleton cannot be told apart by eye. */
export function skeleton(name: string): string {
  let folded = "";
  for (const letter of name.normalize("NFKC").toLowerCase()) {
    folded += lookAlikes.get(letter) ?? letter;
  }
  return folded;
}

/** What a nickname looks like, as an edge may show it: white space as `_`, the mark `~` left out. */
export function nicknameKey(nickname: string): string {
  return skeleton(nickname.trim().replace(/^~+/, "").replace(/\s/gu, "_"));
}
