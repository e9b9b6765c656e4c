/** What is printed for people, without what a terminal would obey: anybody may have written the names and words in it. */

/** Lines and tabs stay. */
export const terminalText = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, "\ufffd");

/** The same in one line, without tabs: what stands beside it is told apart from it. */
export const inOneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");
