/** One connection of a person who says numbered messages, over either protocol: what it is shown, told and can say. */
import type { EdgeProtocol } from "@dragoman/bin";
import { OriginchatsClient, type OriginchatsPacket } from "./originchats-client.ts";
import { SockchatClient, type SockchatPacket } from "./sockchat-client.ts";

/** Where everybody is, and where only staff is: OriginChats clients hear of both, those of Sock Chat of the first. */
export const openChannel = "general";
export const staffChannel = "staff";

/** What a connection tells its person. */
export interface Listener {
  /** Messages that stand before what comes live, oldest first; what was told of the channel before is among them. */
  page(channel: string, numbers: readonly number[]): void;
  /** Messages that stand before the page. */
  older(channel: string, numbers: readonly number[]): void;
  line(channel: string, number: number): void;
  /** An answer to what was said last, or to that message, that is no message. `isSure`: it is not stored. */
  refused(why: string, isSure: boolean, number?: number): void;
  /** Somebody is put out: it is told at its place among the messages. */
  banned(name: string): void;
}

export interface Connection {
  readonly isOpen: boolean;
  /** Says a numbered message; what becomes of it the listener is told. */
  say(channel: string, number: number): void;
  /** How it ended. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Ends it without a word. */
  end(): void;
}

export interface Door {
  readonly protocol: EdgeProtocol;
  readonly port: number;
}

/** An hour: whoever waits for the end of a connection waits as long as it takes. */
const wholeRunMs = 2 ** 30;
const answerMs = 20_000;
/** Pages that somebody who comes back asks for at most. */
const pagesMax = 50;
/** A client of Sock Chat that is silent for minutes is put out. */
const pingMs = 60_000;

/** What a client of OriginChats calls what it said, before its number. */
const said = "said ";

/** Of what the bot says by itself what is an answer to a message. */
const refusals = /storage is full|read-only|Nothing can be said here any more/;

/** The text of a numbered message. Some are long. */
const textOf = (number: number): string =>
  `m${number} ${number % 16 === 0 ? "long ".repeat(300) : "said"}`;

/** The number of a message; undefined where it is not one of ours. */
export function numberOf(text: string | undefined): number | undefined {
  const digits = /^m([0-9]+) /.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const isNumber = (number: number | undefined): number is number => number !== undefined;

interface Shown {
  readonly id: string;
  readonly content: string;
}

/** A page of a channel's history, its newest last, `older` than a message where that is given. */
export async function pageOf(
  client: OriginchatsClient,
  channel: string,
  older?: string,
): Promise<{ readonly numbers: readonly number[]; readonly oldest: string | undefined }> {
  const start = older === undefined ? {} : { start: older };
  const answer = await client.ask({ cmd: "messages_get", channel, limit: 200, ...start }, answerMs);
  return { numbers: numbersIn(answer), oldest: shownIn(answer)[0]?.id };
}

function shownIn(packet: OriginchatsPacket): readonly Shown[] {
  const messages = packet["messages"];
  if (!Array.isArray(messages)) throw new Error(`no page: ${JSON.stringify(packet).slice(0, 200)}`);
  return messages as readonly Shown[];
}

const numbersIn = (packet: OriginchatsPacket): readonly number[] =>
  shownIn(packet)
    .map(({ content }) => numberOf(content))
    .filter(isNumber);

/**
 * Signs in over OriginChats and reads back to `behind`, which the person has seen before.
 * @throws Error when it is not let in, or not answered
 */
async function overOriginchats(
  port: number,
  name: string,
  channels: readonly string[],
  listener: Listener,
  behind: ReadonlyMap<string, number>,
): Promise<Connection> {
  const client = await OriginchatsClient.connect(port);
  let asked = "";
  let isPage = false;
  client.log.tell((packet) => {
    const message = packet["message"] as { channel?: string; content?: string } | undefined;
    const channel = String(packet["channel"] ?? "");
    if (packet.cmd === "message_new") {
      const number = numberOf(message?.content);
      if (number !== undefined) listener.line(channel, number);
    } else if (packet.cmd === "messages_get" && isPage) {
      isPage = false;
      listener.page(asked, numbersIn(packet));
    } else if (packet.cmd === "user_leave") {
      listener.banned(String(packet["username"]));
    } else if (packet.cmd === "error" && String(packet["listener"]).startsWith(said)) {
      const number = Number(String(packet["listener"]).slice(said.length));
      listener.refused(String(packet["val"]), packet["val"] !== "Not confirmed", number);
    }
  });
  try {
    await client.login(name);
    for (const channel of channels) {
      asked = channel;
      isPage = true;
      let { numbers, oldest } = await pageOf(client, channel);
      const known = behind.get(channel);
      for (let n = 0; n < pagesMax && known !== undefined && !numbers.includes(known); n += 1) {
        if (oldest === undefined || numbers.length === 0) break;
        ({ numbers, oldest } = await pageOf(client, channel, oldest));
        listener.older(channel, numbers);
      }
    }
  } catch (error) {
    client.socket.terminate();
    throw error;
  }
  client.log.forget();
  return {
    get isOpen() {
      return client.isOpen;
    },
    say(channel, number) {
      client.log.forget();
      const content = textOf(number);
      client.send({ cmd: "message_new", channel, content, listener: said + number });
    },
    closed: client.closed(wholeRunMs),
    end: () => client.socket.terminate(),
  };
}

/** A line of a person or of the bot in a packet; live or as context alike. */
function lineOf(packet: SockchatPacket): { author: string; text: string } | undefined {
  const [id, kind] = packet;
  if (id === "2") return { author: packet[2] ?? "", text: packet[3] ?? "" };
  if (id === "7" && kind === "1") return { author: packet[3] ?? "", text: packet[7] ?? "" };
  return undefined;
}

/** Signs in over Sock Chat. @throws Error when it is not let in, or not answered */
async function overSockchat(port: number, name: string, listener: Listener): Promise<Connection> {
  const client = await SockchatClient.connect(port);
  let context: number[] | undefined = [];
  client.log.tell((packet) => {
    const line = lineOf(packet);
    const number = numberOf(line?.text);
    if (packet[0] === "5" && packet[1] === "2" && context !== undefined) {
      listener.page(openChannel, context);
      context = undefined;
    } else if (number !== undefined && context !== undefined) {
      context.push(number);
    } else if (number !== undefined) {
      listener.line(openChannel, number);
    } else if (packet[0] === "2" && line?.author === "-1") {
      const [, key = "", told = ""] = line.text.split("\f");
      if (key === "say" && refusals.test(told)) listener.refused(told, true);
      if (key === "generr") listener.refused("an error that says no more", false);
    }
  });
  try {
    await client.login(name);
  } catch (error) {
    client.socket.terminate();
    throw error;
  }
  client.log.forget();
  const pinging = setInterval(() => client.send("0", client.userId), pingMs);
  const closed = client.closed(wholeRunMs);
  void closed.then(() => clearInterval(pinging));
  return {
    get isOpen() {
      return client.isOpen;
    },
    say(_channel, number) {
      client.log.forget();
      client.say(textOf(number));
    },
    closed,
    end: () => client.socket.terminate(),
  };
}

/**
 * @param channels of OriginChats: whose history is read
 * @param behind the last of each channel that the person has seen
 * @throws Error when it is not let in, or not answered
 */
export function openConnection(
  { protocol, port }: Door,
  name: string,
  channels: readonly string[],
  listener: Listener,
  behind: ReadonlyMap<string, number>,
): Promise<Connection> {
  return protocol === "originchats"
    ? overOriginchats(port, name, channels, listener, behind)
    : overSockchat(port, name, listener);
}
