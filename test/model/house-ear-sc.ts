/** What packets of Sock Chat say, in the model's words. */
import type { SockchatPacket } from "../support/sockchat-client.ts";
import { Ear, isOfMaking, wordsIn } from "./house-ear.ts";
import { type Name, people } from "./house-state.ts";

/** Numbers of messages: a poll has its message's. */
const messagesBelow = 2 ** 52;
/** Sock Chat's lines that come with a message have numbers made of its own (gateway-sockchat/src/told.ts). */
const derivedFrom = 2 ** 52 + 2 ** 51;

export class SockchatEar extends Ear {
  room = "";
  /** Words of lines that are no message's, by number. */
  readonly #notices = new Map<string, string>();
  /** Numbers of lines that are on the screen: what goes that was never there means nothing. */
  readonly #screen = new Set<string>();
  #entering: { people: readonly string[]; lines: string[] } | undefined;

  hear(packet: SockchatPacket): void {
    const { tongue } = this;
    const [id, kind = "", ...rest] = packet;
    switch (id) {
      case "1":
        if (kind === "y") this.#begin();
        else if (kind !== "n") this.#person("come", rest);
        break;
      case "2":
        this.#line(rest[0] ?? "", rest[1] ?? "", rest[2] ?? "");
        break;
      case "3":
        this.#gone(kind);
        break;
      case "4":
        this.#channel(kind, rest);
        break;
      case "5":
        if (kind === "0") this.#person("come", rest);
        else if (kind === "1") this.#gone(rest[0] ?? "");
        else this.#entered(tongue.plain(rest[0] ?? ""));
        break;
      case "6":
        this.#remove(kind);
        break;
      case "7":
        this.#context(kind, rest);
        break;
      case "8":
        this.#begin();
        break;
      case "10":
        this.#person("is", [kind, ...rest]);
        break;
      default:
    }
  }

  #begin(): void {
    this.#entering = { people: [], lines: [] };
    this.#screen.clear();
  }

  #look([number = "", name = "", , perms = ""]: readonly string[]): string | undefined {
    const who = this.tongue.numbers.get(number);
    return who && `${who}=${this.tongue.plain(name)}/${perms.split("\f")[0]}`;
  }

  #person(told: "come" | "is", fields: readonly string[]): void {
    const look = this.#look(fields);
    if (look === undefined) return;
    this.folk.push(`${told} ${look.replace("=", " ")}`);
  }

  #gone(number: string): void {
    const who = this.tongue.numbers.get(number);
    if (who !== undefined && who !== this.self) this.folk.push(`go ${who}`);
  }

  /** @param marks whether it has a password, and whether it goes with its owner */
  list(name: string, marks: readonly string[] = ["0", "0"]): void {
    this.channels.set(name, ` ${marks.join(" ")}`);
  }

  #channel(kind: string, rest: readonly string[]): void {
    const { tongue, channels } = this;
    const [first = "", second = ""] = rest;
    if (kind !== "0" && tongue.isOurs(first) && !channels.delete(tongue.plain(first)))
      this.folk.push(`a change of ${tongue.plain(first)}, which is not listed`);
    const now = kind === "0" ? first : second;
    if (kind === "2" || !tongue.isOurs(now)) return;
    if (channels.has(tongue.plain(now))) this.folk.push(`${tongue.plain(now)} twice`);
    this.list(tongue.plain(now), rest.slice(-2));
  }

  #context(kind: string, rest: readonly string[]): void {
    const { tongue } = this;
    if (kind === "0" && this.#entering !== undefined) {
      const found: string[] = [];
      for (let at = 1; at < rest.length; at += 5) {
        const look = this.#look(rest.slice(at, at + 4));
        if (look !== undefined) found.push(look);
      }
      this.#entering.people = found.sort((a, b) => order(a) - order(b));
    } else if (kind === "1") {
      this.#line(rest[1] ?? "", rest[5] ?? "", rest[6] ?? "");
    } else if (kind === "2") {
      this.channels.clear();
      for (let at = 1; at < rest.length; at += 3) {
        const slug = rest[at] ?? "";
        if (tongue.isOurs(slug)) this.list(tongue.plain(slug), rest.slice(at + 1, at + 3));
      }
    }
  }

  #line(author: string, text: string, number: string): void {
    const { tongue } = this;
    // What a reply answers may have lost its words.
    const isQuote = author === "-1" && text.includes(`»`) && text.includes(tongue.crew);
    if (!isQuote && !tongue.isOurs(text)) return;
    const plain = tongue.plain(text);
    const said = plain.split("\f");
    let told: string;
    if (author !== "-1") {
      const name = tongue.numbers.get(author) ?? `?${author}`;
      told = `line {${number}:${wordsIn(plain)}} ${name} ${plain}`;
    } else if (said[1] === "say") {
      const words = said[2] ?? "";
      if (isOfMaking(words)) return;
      const at = Number(number) - derivedFrom;
      if (Number(number) < messagesBelow) {
        told = `line {${number}:${wordsIn(words)}} bot ${words}`;
        this.#screen.add(number);
        (this.#entering?.lines ?? this.talk).push(told);
        return;
      }
      const id = isQuote ? `re:{${Math.floor(at / 16)}:}` : words;
      this.#notices.set(number, id);
      told = `line ${id} bot ${words}`;
    } else return;
    this.#screen.add(number);
    (this.#entering?.lines ?? this.talk).push(told);
  }

  #remove(number: string): void {
    if (!this.#screen.delete(number)) return;
    const told = `gone ${this.#notices.get(number) ?? `{${number}:}`}`;
    (this.#entering?.lines ?? this.talk).push(told);
  }

  #entered(room: string): void {
    this.room = room;
    const entering = this.#entering;
    if (entering === undefined) return;
    this.#entering = undefined;
    this.folk.push(`enter ${room} ${entering.people.join(" ")}`);
    this.talk.push(`enter ${room}`);
    if (room !== "general") this.talk.push(...entering.lines);
  }
}

const order = (look: string): number => people.indexOf(look.slice(0, 3) as Name);
