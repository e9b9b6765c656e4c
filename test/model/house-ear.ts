/** What the packets of either protocol say, in the model's words. One ear for each connection. */
import type { Name } from "./house-state.ts";

/** What all ears of a sequence know: whose and what names are, and which message has which words. */
export class Tongue {
  /** What names of people begin with, and what words and names of channels begin with. */
  readonly crew: string;
  readonly here: string;
  /** Numbers of people on Sock Chat. */
  readonly numbers: ReadonlyMap<string, Name>;
  /** Ids of messages on OriginChats and numbers on Sock Chat, and the words by which the model means them. */
  readonly #keys = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  /** By words that it has now or had: the first that it had. */
  readonly #first = new Map<string, string>();

  /** Ids of threads, by the name that each had first. */
  readonly #threads = new Map<string, string>();

  constructor(crew: string, here: string, numbers: ReadonlyMap<string, Name>) {
    this.crew = crew;
    this.here = here;
    this.numbers = numbers;
  }

  /** Text without what the model does not say. */
  plain(text: string): string {
    return text.replaceAll(this.here, "").replaceAll(this.crew, "");
  }

  isOurs(text: string): boolean {
    return text.includes(this.here);
  }

  /** What the model calls a message. @param words of its text; those that it had first name it */
  key(id: string, words = ""): string {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    if (words === "") return `?${id}`;
    const key = this.#first.get(words) ?? words;
    this.#keys.set(id, key);
    this.#ids.set(`${id.includes("-") ? "oc" : "sc"} ${key}`, id);
    return key;
  }

  /** Somebody heard of a thread. */
  opened(id: string, name: string): void {
    if (![...this.#threads.values()].includes(id)) this.#threads.set(name, id);
  }

  /** The id of a thread; undefined: nobody heard of it. */
  threadId(name: string): string | undefined {
    return this.#threads.get(name);
  }

  /** A message has other words now. */
  edited(id: string, words: string): void {
    this.#first.set(words, this.key(id));
  }

  /** The id of a message, as that side has it; undefined: nobody heard of it there. */
  id(side: "oc" | "sc", key: string): string | undefined {
    return this.#ids.get(`${side} ${key}`);
  }
}

/** What was heard since the last quiet moment. */
export abstract class Ear {
  talk: string[] = [];
  folk: string[] = [];
  /** What the client lists, by name, and what it says of each. */
  protected channels = new Map<string, string>();
  /** Channels that a list has left out. */
  protected readonly lost = new Set<string>();
  readonly tongue: Tongue;
  readonly self: string;

  constructor(tongue: Tongue, self: string) {
    this.tongue = tongue;
    this.self = self;
  }

  /** What the client lists. */
  listed(): readonly string[] {
    return [...this.channels].map(([name, more]) => `${name}${more}`).sort();
  }

  /** A channel as nobody has changed it. */
  abstract list(name: string): void;

  drain(): { readonly talk: readonly string[]; readonly folk: readonly string[] } {
    const { tongue } = this;
    const folk = this.folk.map((told) => told.replace(/\{(.*):\}/, (_, id) => tongue.key(id)));
    // What a line is called is known when it has come: what it answers stands above it.
    for (const [, number = "", words = ""] of this.talk.join().matchAll(/\{(\d+):(w\d+)\}/g)) {
      tongue.key(number, words);
    }
    const talk = this.talk.map((told) =>
      told.replace(/\{(\d+):(w\d+|)\}/g, (_, number, words) => tongue.key(number, words)),
    );
    this.talk = [];
    this.folk = [];
    this.lost.clear();
    return { talk, folk };
  }
}

/** The words of a text, which occur in no other. */
export const wordsIn = (text: string): string => /w\d+/.exec(text)?.[0] ?? "";

/** What the server says of a new channel names it, and is no line of a person. */
export const isOfMaking = (text: string): boolean => /^#\S+ was created by /.test(text);
