/**
 * A storm: everybody's sockets are gone at once, and everybody comes back as the stock clients do. Clients here are as
 * cheap as clients can be: what they are sent besides answers to their log-ins they let pass unread.
 */
import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";
import { OriginchatsClient } from "./originchats-client.ts";
import { portOf, type Stack } from "./stack.ts";

export interface StormOptions {
  readonly stack: Stack;
  /** On each side as many, half of them with passwords and half with tokens. */
  readonly sockets: number;
  /** Sockets of one person. */
  readonly socketsEach: number;
  /** Until when the last must be back. */
  readonly limitMs: number;
  /** Everybody is in, and the sockets go now. */
  readonly onDrop?: () => Promise<void>;
}

export interface Storm {
  /** When each was back, in ms from the drop, rising. */
  readonly backMs: readonly number[];
  /** What those were told who were refused, though right. */
  readonly refusals: readonly string[];
  /** Log-ins that were sent and never answered. */
  readonly unanswered: number;
  /** Sockets that did not come to be: a stock client tries again. */
  readonly turnedAway: number;
}

/** How the stock clients come back: OriginChats 1, 3.4 (the first waits); Sock Chat at once. */
const backOffMs = { originchats: [1_000, 2_000, 4_000, 8_000, 15_000], sockchat: [0] } as const;
type Side = keyof typeof backOffMs;
const sides: readonly Side[] = ["originchats", "sockchat"];

/** What the stock client of OriginChats asks once it is in (part 1, 3.2); with the last answer it is back. */
const boot = [
  { cmd: "channels_get" },
  { cmd: "users_list" },
  { cmd: "users_online" },
  { cmd: "roles_list" },
  { cmd: "slash_list" },
  { cmd: "emoji_get_all" },
  { cmd: "unreads_get" },
  { cmd: "messages_get", channel: "general", limit: 100 },
].map((packet) => JSON.stringify(packet));

/** Comings in at once before the storm: nobody waits for another's password check. */
const comingAtOnce = 16;

interface Proof {
  readonly name: string;
  readonly password: string;
  /** Whether the password is a login token. */
  readonly isToken: boolean;
}

type Answer = "in" | "lost" | { readonly refused: string };

class StormClient {
  readonly side: Side;
  readonly #port: number;
  readonly #proof: Proof;
  #socket: WebSocket | undefined;
  turnedAway = 0;

  constructor(side: Side, port: number, proof: Proof) {
    this.side = side;
    this.#port = port;
    this.#proof = proof;
  }

  /** Tries until it is answered, with the pauses of its kind; they begin anew when a socket is open. */
  async comeBack(): Promise<Answer> {
    const pauses = backOffMs[this.side];
    for (let tries = 0; ; ) {
      const waitMs = pauses[Math.min(tries, pauses.length - 1)] ?? 0;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (!(await this.#open())) {
        tries += 1;
        this.turnedAway += 1;
        continue;
      }
      return this.#logIn();
    }
  }

  async comeIn(): Promise<Answer> {
    return (await this.#open()) ? this.#logIn() : "lost";
  }

  drop(): void {
    this.#socket?.terminate();
  }

  #open(): Promise<boolean> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/`, { perMessageDeflate: false });
    this.#socket = socket;
    return new Promise((resolve) => {
      socket.once("open", () => resolve(true));
      socket.once("close", () => resolve(false));
      socket.on("error", () => socket.terminate());
    });
  }

  #logIn(): Promise<Answer> {
    const socket = this.#socket as WebSocket;
    const { name, password, isToken } = this.#proof;
    const read = this.side === "originchats" ? answerOnOriginchats : answerOnSockchat;
    return new Promise((resolve) => {
      const settle = (answer: Answer): void => {
        socket.removeAllListeners("message");
        socket.on("message", () => undefined);
        resolve(answer);
      };
      socket.on("message", (data) => {
        const answer = read((data as Buffer).toString("latin1", 0, headBytes));
        if (answer === "boot") for (const packet of boot) socket.send(packet);
        else if (answer !== undefined) settle(answer);
      });
      socket.once("close", () => settle("lost"));
      socket.send(
        this.side === "originchats"
          ? JSON.stringify({ cmd: "login", username: name, password })
          : isToken
            ? `1\tBearer\t${password}`
            : `1\tLocal\t${name}\t${password}`,
      );
    });
  }
}

/** So much of a packet says what it is. */
const headBytes = 200;

function answerOnOriginchats(text: string): Answer | "boot" | undefined {
  if (text.startsWith('{"cmd":"ready"')) return "boot";
  if (text.startsWith('{"cmd":"messages_get"')) return "in";
  return text.startsWith('{"cmd":"auth_error"') ? { refused: text } : undefined;
}

function answerOnSockchat(text: string): Answer | undefined {
  if (text.startsWith("1\ty")) return "in";
  return text.startsWith("1\tn") ? { refused: text } : undefined;
}

/** A login token, as `/token` shows it. */
async function tokenOf(port: number, name: string): Promise<string> {
  const client = await OriginchatsClient.signIn(port, name);
  const token = await client.loginToken();
  await client.close();
  return token;
}

/** Does something with each, so many at once. */
async function inTurns<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lane = async (): Promise<void> => {
    for (const each of left) await work(each);
  };
  await Promise.all(Array.from({ length: comingAtOnce }, lane));
}

/** Signs everybody in. @throws Error if somebody is refused before there is any storm */
async function gather({ stack, sockets, socketsEach }: StormOptions): Promise<StormClient[]> {
  const clients: StormClient[] = [];
  const persons = Math.ceil(sockets / socketsEach);
  const named = sides.flatMap((side) =>
    Array.from({ length: persons }, (_, n) => ({ side, n, name: `${side}-${n}` })),
  );
  // One after the other: commands of one operator are numbered, and one that another overtook is stale.
  for (const { name } of named) await stack.operator.addUser(name);
  await inTurns(named, async ({ side, n, name }) => {
    const isToken = n % 2 === 1;
    const password = isToken ? await tokenOf(portOf(stack.originchats), name) : "dragoman";
    for (let each = 0; each < socketsEach; each += 1) {
      clients.push(new StormClient(side, portOf(stack[side]), { name, password, isToken }));
    }
  });
  await inTurns(clients, async (client) => {
    const answer = await client.comeIn();
    if (answer !== "in") throw new Error(`before the storm: ${JSON.stringify(answer)}`);
  });
  return clients;
}

/** Gathers everybody, drops all at once, and waits until they are back or `limitMs` is over. */
export async function storm(options: StormOptions): Promise<Storm> {
  const clients = await gather(options);
  await options.onDrop?.();
  const begun = performance.now();
  for (const client of clients) client.drop();
  const backMs: number[] = [];
  const refusals: string[] = [];
  let answered = 0;
  const all = Promise.all(
    clients.map(async (client) => {
      const answer = await client.comeBack();
      if (answer === "lost") return;
      answered += 1;
      if (answer === "in") backMs.push(performance.now() - begun);
      else refusals.push(answer.refused);
    }),
  );
  await within(options.limitMs, "the end of the storm", all);
  const turnedAway = clients.reduce((sum, client) => sum + client.turnedAway, 0);
  for (const client of clients) client.drop();
  return { backMs, refusals, unanswered: clients.length - answered, turnedAway };
}
