/** A small scripted OriginChats client over a real WebSocket. It keeps everything that it was sent, in order. */

import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";
import { Transcript } from "./transcript.ts";

/** One packet as it came. */
export interface OriginchatsPacket {
  readonly cmd: string;
  readonly [field: string]: unknown;
}

/** The `message` of a `message_new`, as far as tests read it. */
export interface OriginchatsMessage {
  readonly id: string;
  readonly user: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

export interface ConnectOptions {
  /** Whole address; default `ws://127.0.0.1:<port>/`. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For a test certificate. */
  readonly ca?: string;
  /** The one of this machine's that it comes from. */
  readonly localAddress?: string;
}

export class OriginchatsClient {
  readonly log: Transcript<OriginchatsPacket>;
  readonly socket: WebSocket;
  readonly #closed: Promise<{ readonly code: number; readonly reason: string }>;
  #name = "?";

  private constructor(socket: WebSocket, owner: string) {
    this.socket = socket;
    this.log = new Transcript(owner, (packet) => JSON.stringify(packet).slice(0, 300));
    socket.on("message", (data, binary) => {
      if (binary) throw new Error(`${owner}: a binary frame`);
      this.log.push(JSON.parse(data.toString()) as OriginchatsPacket);
    });
    this.#closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("error", () => socket.terminate());
  }

  /** Connects and waits for the handshake. */
  static connect(port: number, options: ConnectOptions = {}): Promise<OriginchatsClient> {
    return OriginchatsClient.connectTo(options.url ?? `ws://127.0.0.1:${port}/`, options);
  }

  /** The same at a whole address. */
  static async connectTo(
    url: string,
    options: Omit<ConnectOptions, "url"> = {},
  ): Promise<OriginchatsClient> {
    const socket = new WebSocket(url, {
      ...(options.headers ? { headers: options.headers } : {}),
      ...(options.ca ? { ca: options.ca } : {}),
      ...(options.localAddress ? { localAddress: options.localAddress } : {}),
      perMessageDeflate: false,
    });
    const opened = new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    const client = new OriginchatsClient(socket, `originchats client of ${url}`);
    await within(5_000, `a WebSocket at ${url}`, opened);
    await client.next("handshake");
    return client;
  }

  /** Connects and signs in with the password of the test accounts. */
  static async signIn(
    port: number,
    name: string,
    password = "dragoman",
  ): Promise<OriginchatsClient> {
    const client = await OriginchatsClient.connect(port);
    await client.login(name, password);
    return client;
  }

  get name(): string {
    return this.#name;
  }

  /** Signs in and waits until the server is ready for it. */
  async login(name: string, password = "dragoman"): Promise<OriginchatsPacket> {
    this.send({ cmd: "login", username: name, password });
    const packet = await this.log.next(
      "answer to the login",
      ({ cmd }) => cmd === "ready" || cmd === "auth_error",
      10_000,
    );
    if (packet.cmd !== "ready") throw new Error(`login of ${name}: ${String(packet["val"])}`);
    this.#name = name;
    return packet;
  }

  send(packet: { readonly cmd: string; readonly [field: string]: unknown }): void {
    this.socket.send(JSON.stringify(packet));
  }

  /** Sends a frame as it is. */
  sendRaw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** Posts a message; what becomes of it comes in the log. */
  say(channel: string, content: string): void {
    this.send({ cmd: "message_new", channel, content });
  }

  /** The next packet of a command that the condition accepts. */
  next(
    cmd: string,
    accept: (packet: OriginchatsPacket) => boolean = () => true,
    limitMs = 10_000,
  ): Promise<OriginchatsPacket> {
    return this.log.next(cmd, (packet) => packet.cmd === cmd && accept(packet), limitMs);
  }

  /** Asks with a listener of its own and waits for the packet that carries it. */
  async ask(
    packet: { readonly cmd: string; readonly [field: string]: unknown },
    limitMs = 10_000,
  ): Promise<OriginchatsPacket> {
    const listener = `l${this.log.length}-${packet.cmd}`;
    const answer = this.log.next(
      `answer to ${packet.cmd}`,
      (got) => got["listener"] === listener,
      limitMs,
    );
    this.send({ ...packet, listener });
    return answer;
  }

  /** A login token for the other protocol, as `/token` shows it. */
  async loginToken(): Promise<string> {
    const call = { cmd: "slash_call", channel: "general", command: "token", args: {} };
    const { content } = (await this.ask(call))["message"] as { readonly content: string };
    const token = /`Bearer` and `([^`]+)`/.exec(content)?.[1];
    if (token === undefined) throw new Error(`no token in ${content}`);
    return token;
  }

  /** Waits until this client has seen a message with that text, wherever it stands in the log. */
  async sees(content: string, limitMs = 10_000): Promise<void> {
    await this.log.until(`message ${JSON.stringify(content)}`, () => this.has(content), limitMs);
  }

  has(content: string): boolean {
    return this.messages().some((message) => message.content === content);
  }

  /** All messages that came live, in order. */
  messages(): readonly OriginchatsMessage[] {
    return this.log.entries
      .filter(({ cmd }) => cmd === "message_new")
      .map((packet) => packet["message"] as OriginchatsMessage);
  }

  /** Waits for the end of the connection. */
  closed(limitMs = 10_000): Promise<{ readonly code: number; readonly reason: string }> {
    return within(limitMs, `end of the connection of ${this.#name}`, this.#closed, () =>
      this.log.entries
        .slice(-10)
        .map((packet) => JSON.stringify(packet).slice(0, 200))
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
