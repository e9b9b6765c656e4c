/** A small scripted Sock Chat client over a real WebSocket. It keeps everything that it was sent, in order. */

import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";
import { Transcript } from "./transcript.ts";

/** One packet: its fields, the packet id first. */
export type SockchatPacket = readonly string[];

/** A line of the channel, whether it came live (packet 2) or as context (7.1). */
export interface SockchatLine {
  readonly authorId: string;
  readonly text: string;
  readonly id: string;
  readonly live: boolean;
}

export class SockchatClient {
  readonly log: Transcript<SockchatPacket>;
  readonly socket: WebSocket;
  readonly #closed: Promise<{ readonly code: number; readonly reason: string }>;
  #name = "?";
  #userId = "";

  private constructor(socket: WebSocket, owner: string) {
    this.socket = socket;
    this.log = new Transcript(owner, (packet) => JSON.stringify(packet.join("\t")).slice(0, 300));
    socket.on("message", (data, binary) => {
      if (binary) throw new Error(`${owner}: a binary frame`);
      this.log.push(data.toString().split("\t"));
    });
    this.#closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("error", () => socket.terminate());
  }

  static connect(
    port: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SockchatClient> {
    return SockchatClient.connectTo(`ws://127.0.0.1:${port}/`, headers);
  }

  /** Connects to any server of this protocol. */
  static async connectTo(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SockchatClient> {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const opened = new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    const client = new SockchatClient(socket, `sockchat client of ${url}`);
    await within(5_000, `a WebSocket at ${url}`, opened);
    return client;
  }

  /** Connects and signs in with the password of the test accounts. */
  static async signIn(port: number, name: string, password = "dragoman"): Promise<SockchatClient> {
    const client = await SockchatClient.connect(port);
    await client.login(name, password);
    return client;
  }

  get name(): string {
    return this.#name;
  }

  /** The number that this session goes by, from packet 1.y. */
  get userId(): string {
    return this.#userId;
  }

  /** Signs in and waits until the context is complete (packet 5.2 is its last). */
  async login(name: string, password = "dragoman"): Promise<SockchatPacket> {
    this.send("1", "Local", name, password);
    const packet = await this.log.next(
      "answer to the login",
      ([id, kind]) => id === "1" && (kind === "y" || kind === "n"),
      10_000,
    );
    if (packet[1] !== "y") throw new Error(`login of ${name}: ${packet.slice(2).join(" ")}`);
    this.#name = name;
    this.#userId = packet[2] ?? "";
    await this.next("5", ([, kind]) => kind === "2");
    return packet;
  }

  send(...fields: readonly string[]): void {
    this.socket.send(fields.join("\t"));
  }

  /** Sends a frame as it is. */
  sendRaw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** Says something, or gives a slash command, in the present channel. */
  say(text: string): void {
    this.send("2", this.#userId, text);
  }

  /** The next packet of an id that the condition accepts. */
  next(
    id: string,
    accept: (packet: SockchatPacket) => boolean = () => true,
    limitMs = 10_000,
  ): Promise<SockchatPacket> {
    return this.log.next(`packet ${id}`, (packet) => packet[0] === id && accept(packet), limitMs);
  }

  /** The next notice (a line by the bot, id -1) with that key. */
  notice(key: string, limitMs = 10_000): Promise<SockchatPacket> {
    return this.log.next(
      `notice ${key}`,
      ([id, , author, body]) => id === "2" && author === "-1" && body?.split("\f")[1] === key,
      limitMs,
    );
  }

  /** Waits until this client has seen a line with that text, wherever it stands in the log. */
  async sees(text: string, limitMs = 10_000): Promise<void> {
    await this.log.until(`line ${JSON.stringify(text)}`, () => this.has(text), limitMs);
  }

  has(text: string): boolean {
    return this.lines().some((line) => line.text === text);
  }

  /** All lines by people, in order, context lines included. */
  lines(since = 0): readonly SockchatLine[] {
    const lines: SockchatLine[] = [];
    for (const packet of this.log.since(since)) {
      const live = packet[0] === "2";
      if (!live && !(packet[0] === "7" && packet[1] === "1")) continue;
      const [authorId = "", text = "", id = ""] = live
        ? packet.slice(2)
        : [packet[3], packet[7], packet[8]];
      if (authorId !== "-1") lines.push({ authorId, text, id, live });
    }
    return lines;
  }

  /** Waits for the end of the connection. */
  closed(limitMs = 10_000): Promise<{ readonly code: number; readonly reason: string }> {
    return within(limitMs, `end of the connection of ${this.#name}`, this.#closed, () =>
      this.log.entries
        .slice(-10)
        .map((packet) => packet.join("\t"))
        .join("\n"),
    );
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Ends the connection from this side and waits for the end. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}
