/** Marks of the Markdown of OriginChats that stand for themselves, and what may stand in them. */

/** In the middle of what would be a mark. */
export const joint = "\u200b";
/** Between a mark and what is no blank, or behind an address. */
export const blankJoint = "\ufeff";
/** For a mark of code that is none: the client has no other way. */
const tick = "\u02cb";

export type Style = "strong" | "em" | "strike";
export const styleMarks = { strong: "**", em: "_", strike: "~~" } as const;
export const lineMarks = { quote: "> ", heading: "# ", small: "-# " } as const;

/** The client puts some parts back into the text by a replacement of JavaScript, in which these have a meaning. */
const dollars = /\$(?=[$&`'<>])/g;
const withoutDollars = (text: string): string => text.replace(dollars, `$$${joint}`);
const emoji = /originChats:(?=<emoji>)/g;
const verbatim = (text: string): string =>
  withoutDollars(text.replace(emoji, `originChats:${joint}`));

const apart = (text: string): string => text.replace(/\|(?=\|)/g, `|${joint}`);

/** Words without a mark of code. */
export const withoutTicks = (text: string): string => text.replaceAll("`", tick);

export function codeBlock(text: string, language: string): string {
  return `\`\`\`${language}\n${verbatim(text.replace(/``(?=`)/g, `\`\`${joint}`))}\n\`\`\``;
}

export const codeSpan = (text: string): string => `\`${verbatim(apart(withoutTicks(text)))}\``;

/** The words of a link; they hold no `]`. */
export function linkName(text: string, hasTicks: boolean): string {
  const words = withoutDollars(apart(text));
  return hasTicks ? withoutTicks(words) : words;
}

const coded: ReadonlyMap<string, string> = new Map([
  ["(", "%28"],
  [")", "%29"],
  ["|", "%7C"],
  ["$", "%24"],
]);

/** The address of a link. */
export const addressIn = (address: string): string =>
  address.replace(/[()|]|\$(?=[$&])/g, (char) => coded.get(char) ?? char);
