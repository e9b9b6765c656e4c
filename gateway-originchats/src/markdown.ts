/** Markdown of OriginChats as it is written: what stands before decides how a character has to be written. */
import { blankJoint, joint, lineMarks, type Style, styleMarks, withoutTicks } from "./mark.ts";

type Line = keyof typeof lineMarks | undefined;

const isBlank = (char: string): boolean => /\s/.test(char);
/** The start of a line that would be more than words, and whatever may become that. */
const lineStart = /^(?:#{1,6}(?: |$)|-(?:#(?: |$)|$)|>(?: |$))/;
const scheme = /(?:https?:|originChats:(?:<emoji>)?)\/\/$/;
const schemeLength = "originChats:<emoji>//".length;
/** Some marks and signs at the end of a word. */
const marksBehind = /[`|)*_~.,;:!?]{1,8}(?:\s|$)/y;
const opensTag = /[a-z/!?]/i;
const opensEntity = /[#a-z]/i;

/** With a dollar in front, in what the client puts back by a replacement of JavaScript, perhaps as an entity. */
const putBack = /[$&`'<>]/;

/** Whether it would be HTML, for which the client takes words in a quote. */
const isHtml = (last: string, char: string): boolean =>
  last === "<" ? opensTag.test(char) : last === "&" && opensEntity.test(char);

export class Markdown {
  /** Whether marks of code have to be told from those of people. */
  readonly hasTicks: boolean;
  readonly #isHidden: boolean;
  #text = "";
  /** The last characters. */
  #tail = "";
  #line: Line = undefined;
  /** Nothing stands on this line but its mark. */
  #isLineStart = true;
  /** A quote or the like has ended here: what follows stands on a line of its own. */
  #hasBlockEnded = false;
  readonly #open: Style[] = [];
  /** Words that are not written yet: how a character is written hangs on the next one, whatever part of the tree it is of. */
  #words = "";
  /** Emphasis has just begun, or ended. */
  #hasBegun = false;
  #begunAt = 0;
  #hasEnded = false;
  /** How many characters stand behind the scheme of an address that has not ended; below 0: there is none. */
  #inAddress = -1;
  #isOwnAddress = false;
  /** A bracket of people's is open; one has just been closed. */
  #isBracketOpen = false;
  #isBracketClosed = false;

  constructor(hasTicks: boolean, isHidden: boolean) {
    this.hasTicks = hasTicks;
    this.#isHidden = isHidden;
  }

  /** Whether a link that begins here begins here for the client too. */
  get takesLink(): boolean {
    this.#speak();
    return !this.#isBracketOpen;
  }

  get #last(): string {
    return this.#tail.at(-1) ?? "";
  }

  /** A line ends, and one of this kind begins. */
  newLine(line: Line): void {
    this.#speak();
    this.#style([]);
    this.#wall();
    this.#write("\n");
    this.#startLine(line);
    this.#hasBlockEnded = false;
  }

  /** Lines of a kind of their own begin. */
  block(line: Line): void {
    this.#speak();
    if (!this.#isLineStart || this.#hasBlockEnded || this.#line !== undefined) this.newLine(line);
    else this.#startLine(line);
  }

  blockEnd(): void {
    this.#speak();
    this.#style([]);
    this.#hasBlockEnded = true;
  }

  /** Makes ready for words in these styles. */
  stand(line: Line, styles: readonly Style[]): void {
    if (this.#hasBlockEnded) this.newLine(line);
    const isSame =
      styles.length === this.#open.length && styles.every((style, n) => style === this.#open[n]);
    if (isSame) return;
    this.#speak();
    this.#style(styles);
  }

  /** Something that the client takes out whole. */
  put(whole: string): void {
    this.#speak();
    this.#join("x");
    this.#write(whole);
    this.#isLineStart = false;
  }

  putHidden(text: string): void {
    this.#speak();
    this.#join("|");
    this.#write(`||${text}${text.endsWith("|") ? joint : ""}||`);
    this.#isLineStart = false;
  }

  /** Words within a line. */
  say(text: string): void {
    this.#words += text;
  }

  #speak(): void {
    const text = this.#words;
    this.#words = "";
    if (text === "") return;
    if (this.#isLineStart && this.#startsOtherwise(text)) this.#write(joint);
    for (let at = 0; at < text.length; at += 1) {
      if (this.#inAddress > 0 && this.#isBehindAddress(text, at)) this.#endWord();
      this.#char(text.charAt(at), text.charAt(at + 1));
    }
  }

  /** An address ends here, whatever follows. */
  endAddress(): void {
    this.#speak();
    this.#hasEnded ||= this.#inAddress >= 0;
    this.#inAddress = -1;
  }

  /** Whether a mark of people's stands here that goes round the address, and nothing else of the word behind it. */
  #isBehindAddress(text: string, at: number): boolean {
    const isMark =
      (text[at] === "`" && this.hasTicks) || (text[at] === "|" && text[at + 1] === "|");
    marksBehind.lastIndex = at;
    return isMark && marksBehind.test(text);
  }

  /** An address ends here though its word goes on. */
  #endWord(): void {
    // One character behind a scheme is no address: it would end the emphasis that goes round it.
    if (this.#inAddress === 1 && this.#last === "_" && this.#open.includes("em")) {
      this.#write(joint);
    }
    this.#write(blankJoint);
    this.#inAddress = -1;
  }

  end(): string {
    this.#speak();
    this.#style([]);
    this.#wall();
    return this.#text;
  }

  #startLine(line: Line): void {
    if (line !== undefined) this.#write(lineMarks[line]);
    this.#line = line;
    this.#isLineStart = true;
  }

  #startsOtherwise(text: string): boolean {
    if (this.#line === undefined) return lineStart.test(text) && this.#last !== joint;
    return this.#line === "quote" && text.startsWith(">");
  }

  /** Before the end of a line that counts as no blank. */
  #wall(): void {
    if (this.#hasEnded && this.#line !== undefined) this.#write(blankJoint);
    this.#hasEnded = false;
    this.#inAddress = -1;
  }

  #write(text: string): void {
    this.#text += text;
    this.#tail = (this.#tail + text.slice(-schemeLength)).slice(-schemeLength);
  }

  /** Whether the client sees a blank before what is written next. */
  #isBehindBlank(): boolean {
    return this.#isLineStart && this.#last !== joint
      ? this.#line === undefined
      : isBlank(this.#last);
  }

  // ---- marks --------------------------------------------------------------------------------------------

  #style(wanted: readonly Style[]): void {
    let same = 0;
    while (same < this.#open.length && this.#open[same] === wanted[same]) same += 1;
    while (this.#open.length > same) this.#close(this.#open.pop());
    for (const style of wanted.slice(same)) this.#begin(style);
  }

  #begin(style: Style): void {
    const mark = styleMarks[style];
    this.#join(mark.charAt(0));
    if (style === "em" && !this.#isBehindBlank()) this.#write(blankJoint);
    this.#write(mark);
    this.#isLineStart = false;
    this.#hasBegun = style === "em";
    if (style === "em") this.#begunAt = this.#text.length;
    this.#open.push(style);
  }

  #close(style: Style | undefined): void {
    if (style === undefined) return;
    const mark = styleMarks[style];
    this.#join(mark.charAt(0));
    // Of one character alone the client would look for a later end.
    const isShort = style === "em" && this.#text.length - this.#begunAt < 2;
    if (style === "em" && (isShort || isBlank(this.#last))) this.#write(joint);
    this.#write(mark);
    this.#hasEnded = style === "em";
  }

  /** What has to stand between what is there and something that begins with this character, which is no blank. */
  #join(first: string): void {
    if (this.#hasEnded || this.#inAddress >= 0) this.#write(blankJoint);
    else if (this.#last === first) this.#write(joint);
    this.#hasEnded = false;
    this.#hasBegun = false;
    this.#inAddress = -1;
    this.#isBracketClosed = false;
  }

  // ---- words --------------------------------------------------------------------------------------------

  #char(char: string, next: string): void {
    this.#address(char);
    const isInAddress = this.#isAddressAt(next);
    const written = isInAddress ? this.#inWord(char, next) : this.#outside(char, next);
    const isOpen = char === "_" && this.#open.includes("em") && !isInAddress;
    const before = written.length > 1 ? written.charAt(0) : this.#last;
    this.#write(written);
    // Else it would end the emphasis that goes round it.
    if (isOpen && !isBlank(before) && (next === "" || isBlank(next))) this.#write(joint);
    if (this.#inAddress >= 0) this.#inAddress += 1;
    else if (char === "/" && scheme.test(this.#tail)) {
      this.#inAddress = 0;
      this.#isOwnAddress = this.#tail.endsWith("originChats://");
    }
    this.#brackets(char);
    this.#isLineStart = false;
    this.#hasBegun = false;
    this.#hasEnded = false;
  }

  /** An address ends before this character, if it does. */
  #address(char: string): void {
    const isEnd = isBlank(char) || char === '"' || char === "'";
    const isOwnEnd = this.#isOwnAddress && (char === "<" || char === ">");
    if (isEnd || isOwnEnd || (char === "\\" && this.#inAddress === 0)) this.#inAddress = -1;
  }

  /** One character behind its scheme makes no address. */
  #isAddressAt(next: string): boolean {
    if (this.#inAddress !== 0) return this.#inAddress > 0;
    return next !== "" && !isBlank(next) && next !== '"' && next !== "'";
  }

  #inWord(char: string, next: string): string {
    if (char === "|" && this.#last === "|") return "%7C";
    if (char === "`" && this.hasTicks) return "%60";
    if (char === "(" && this.#isBracketClosed) return "%28";
    if (char === "$" && (next === "" || putBack.test(next))) return "%24";
    return char;
  }

  #outside(char: string, next: string): string {
    if (this.#hasEnded && !isBlank(char)) this.#write(blankJoint);
    const before = this.#wantsJoint(char, next) ? joint : "";
    return before + (char === "`" && this.hasTicks ? withoutTicks(char) : char);
  }

  #wantsJoint(char: string, next: string): boolean {
    const last = this.#last;
    if (this.#hasBegun && isBlank(char)) return true;
    if (this.#line === "quote" && isHtml(last, char)) return true;
    if (last === "$" && (this.#isHidden || this.#line === "quote")) return putBack.test(char);
    switch (char) {
      case "*":
      case "_":
        return last === char || (this.#isBehindBlank() && !(next !== "" && isBlank(next)));
      case "~":
      case "|":
        return last === char;
      case "(":
        return this.#isBracketClosed;
      default:
        return false;
    }
  }

  #brackets(char: string): void {
    this.#isBracketClosed = char === "]" && this.#isBracketOpen;
    if (char === "[") this.#isBracketOpen = true;
    if (char === "]") this.#isBracketOpen = false;
  }
}
