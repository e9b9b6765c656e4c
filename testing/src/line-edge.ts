/**
 * A protocol for tests, one word and its rest a line: `login`, `say`, `whisper` (into the hidden channel), `page`,
 * `ban`, `list` (a line in pieces), `loud` (another dialect), `fail` (throws), `ping` (is there anybody?), anything else is echoed.
 */
import { type AnswerOf, type OpeningTraits, sees } from "@dragoman/bus-schema";
import {
  type Client,
  closings,
  type Edge,
  type Routes,
  type Step,
  type View,
  webSocket,
} from "@dragoman/gateway-kit";
import { edgeSection, setting } from "@dragoman/service-kit";
import { general, hidden } from "./roster.ts";

export interface LineState {
  loud: boolean;
  frames: number;
}
export type LineDialect = "plain" | "loud";

const send = (...packets: string[]): Step => ({ do: "send", packets });

function say(text: string, channelId = general.channelId): Step {
  return {
    do: "command",
    body: {
      type: "message.post",
      place: { channelId },
      kind: "text",
      content: { text, markup: "markdown" },
    },
    settle: (own) => [send(...own, `said ${text}`)],
    refuse: ({ code }) => [send(`refused ${code}`)],
  };
}

/** Shows what general holds. */
export const page: Step = {
  do: "query",
  body: { type: "message.page", place: { channelId: general.channelId }, limit: 100 },
  answer: ({ messages }: AnswerOf<"message.page">) => [
    send(`page ${messages.map((m) => m.content.text).join(",")}`),
  ],
  refuse: ({ code }) => [send(`no page ${code}`)],
  covers: (event) => event.type === "message.posted",
};

/** A line of so many pieces of 64 KiB. */
function* listing(length: number): Generator<void, readonly Buffer[]> {
  yield;
  return Array.from({ length }, (_, n) => Buffer.alloc(64 * 1024, String(n % 10)));
}

const words = new Map<string, (rest: string, client: Client<LineState>, view: View) => Step[]>([
  [
    "login",
    (name) => [
      {
        do: "authenticate",
        credentials: { scheme: "password", name, password: "x" },
        refuse: ({ code }) => [send(`login ${code}`)],
      },
    ],
  ],
  ["say", (text) => [say(text)]],
  ["whisper", (text) => [say(text, hidden.channelId)]],
  ["page", () => [page]],
  ["ping", () => [send("pong")]],
  ["list", (length) => [{ do: "list", make: () => listing(Number(length)) }]],
  [
    "ban",
    (target) => [
      {
        do: "command",
        body: { type: "moderation.ban", target, addresses: false },
        refuse: ({ code }) => [send(`refused ${code}`)],
      },
    ],
  ],
  [
    "loud",
    (_rest, client) => {
      client.own.loud = true;
      return [send("loud")];
    },
  ],
  [
    "fail",
    () => {
      throw new Error("a bug of the edge");
    },
  ],
]);

const name = (view: View, userId: string): string =>
  view.roster.user(userId as never)?.name ?? "nobody";

/** What its sessions are like. */
export const lineTraits: OpeningTraits = {
  stands: "everywhere",
  flood: "close",
  returnMs: 0,
  toldMissedWhispers: false,
};

/** `/info` beside the WebSocket. */
export const lineRoutes: Routes = (app, { view, connections }) => {
  app.get("/info", async () => ({
    name: view().roster.server.name,
    connections: connections(),
  }));
};

/** What a test may change of the edge. */
export type LineOverrides = Partial<Edge<LineState, LineDialect>>;

/** Its section of the configuration. */
export const lineSection = edgeSection("line", {
  port: setting.port.default(0),
  frameBytes: setting.frameBytes.default(64 * 1024),
});

/** The edge; over WebSocket on a free port unless told otherwise. */
export function lineEdge(overrides: LineOverrides = {}): Edge<LineState, LineDialect> {
  return {
    protocol: lineSection.name,
    traits: () => lineTraits,
    transports: [webSocket({ port: () => 0, routes: lineRoutes })],
    frameBytes: (config) => lineSection.of(config).frameBytes,
    newClient: () => ({ loud: false, frames: 0 }),
    greet: () => ["hello"],
    meter: (_frame, client) => {
      client.own.frames += 1;
      return undefined;
    },
    pong: (frame) => (frame.kind === "text" && frame.text === "ping" ? ["pong"] : undefined),
    receive: (frame, client, view) => {
      const text = frame.kind === "text" ? frame.text : "";
      const [word = "", ...rest] = text.split(" ");
      return words.get(word)?.(rest.join(" "), client, view) ?? [send(`echo ${text}`)];
    },
    tickMs: () => 0,
    tick: () => [],
    welcome: (_client, _session, own) => [send(...own, "welcome")],
    dialect: (client) => (client.own.loud ? "loud" : "plain"),
    hears: (session, channel, roster) => sees(channel, roster.actor(session.userId)),
    render: (event, _commit, view) => {
      switch (event.type) {
        case "message.posted": {
          const { author, content, place } = event.message;
          const by = author.kind === "user" ? name(view, author.userId) : "system";
          const line = `${by}: ${content.text}`;
          return [
            {
              audience: { to: "channel", channelId: place.channelId },
              packets: (dialect) => [dialect === "loud" ? line.toUpperCase() : line],
            },
          ];
        }
        case "presence.began":
          return [
            { audience: { to: "everyone" }, packets: () => [`+${name(view, event.userId)}`] },
          ];
        case "moderation.banned":
          return [
            {
              audience: { to: "people", userIds: [event.userId] },
              closing: closings.banned(event.untilMs, event.reason),
            },
            {
              audience: { to: "everyone" },
              packets: () => [`banned ${name(view, event.userId)}`],
              exceptUserId: event.userId,
            },
          ];
        default:
          return [];
      }
    },
    renderSignal: () => [],
    farewell: ({ why }) => ({ packets: [`bye ${why}`], code: 1000, text: why }),
    ...overrides,
  };
}
