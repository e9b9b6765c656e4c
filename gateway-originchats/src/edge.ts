/**
 * OriginChats as an edge: the map of this package. In: frame → wire → `auth.ts` before log-in, `command/`
 * after. Out: event → `event/` → packets. Refusals: `rejection.ts`; last words: `farewell.ts`.
 */
import { holds } from "@dragoman/bus-schema";
import {
  closings,
  type Edge,
  type Frame,
  type Packet,
  type Step,
  type View,
  webSocket,
} from "@dragoman/gateway-kit";
import { type Ask, send } from "./answer.ts";
import { beforeLogin, handshake, welcome } from "./auth.ts";
import { ChannelLists } from "./channel-list.ts";
import {
  count,
  newClient,
  type OriginchatsClient,
  type OriginchatsConnection,
  windowMs,
} from "./client.ts";
import { commands } from "./command/index.ts";
import { type Dialect, dialect } from "./dialect.ts";
import { EmptyPlaces } from "./empty-places.ts";
import { render, renderSignal } from "./event/index.ts";
import { farewell } from "./farewell.ts";
import { routes } from "./http/index.ts";
import { tellAgain, tellLeaving } from "./leaving.ts";
import { PeopleLists } from "./people-list.ts";
import { PlainLists } from "./plain-list.ts";
import { rateLimit } from "./rejection.ts";
import { section, settings } from "./settings.ts";
import { traits } from "./traits.ts";
import {
  decode,
  depthOf,
  encode,
  errorPacket,
  type JsonObject,
  listenerOf,
  pongPacket,
  pythonText,
  valuesMax,
  withListener,
} from "./wire.ts";

/** UTF-16 units of a frame that counts as one packet; a longer one counts as so many. */
const packetUnits = 32 * 1024;

/** UTF-16 units of a frame above the packet limit whose `listener` is still read. */
const readAnywayMax = 4 * 1024;

/** The longest frame of anybody's, in UTF-16 units. */
const plainUnitsMax = 256 * 1024;
/** Longer is only what brings a picture for the whole community, and says so before anything of it is read. */
const withPicture = /^\s{0,9}\{\s{0,9}"cmd"\s{0,9}:\s{0,9}"(?:emoji_add|server_update)"/;

const close: Step = { do: "close", closing: closings.flood };

/** The `listener` of a frame that is short enough to be read although it is refused. */
function askedBy(frame: Frame): string | undefined {
  if (frame.kind === "binary" || frame.text.length > readAnywayMax) return undefined;
  const decoded = decode(frame.text);
  return decoded.kind === "packet" ? listenerOf(decoded.packet) : undefined;
}

/** The packet limit of one connection (bridge table, packet flood): a refused packet is not carried out. */
function meter(
  frame: Frame,
  client: OriginchatsConnection,
  { config, steadyMs }: View,
): readonly Step[] | undefined {
  const { frames } = client.own;
  const held = count(frames, steadyMs, weightOf(frame));
  const { floodWarn, floodClose } = settings(config);
  if (held <= floodWarn) return undefined;
  const limit = encode(rateLimit("packets", frames.sinceMs + windowMs - steadyMs));
  const refusal = send(withListener(limit, askedBy(frame)));
  if (held <= floodClose) return [refusal];
  if (client.session === undefined) return [refusal, close];
  const closeAnyway = (): readonly Step[] => [close];
  return [
    refusal,
    {
      do: "command",
      body: { type: "session.flood" },
      settle: closeAnyway,
      unchanged: closeAnyway,
      refuse: closeAnyway,
    },
  ];
}

/** The answer to `ping`, which asks for no more than that (part 1, section 1). What is long is none, and not looked into. */
function pong(frame: Frame, { session }: OriginchatsConnection): readonly Packet[] | undefined {
  if (frame.kind === "binary" || session === undefined) return undefined;
  if (frame.text.length >= packetUnits) return undefined;
  const decoded = decode(frame.text);
  if (decoded.kind !== "packet" || decoded.packet["cmd"] !== "ping") return undefined;
  return [pongPacket(listenerOf(decoded.packet))];
}

const weightOf = (frame: Frame): number =>
  1 + Math.floor((frame.kind === "text" ? frame.text : frame.bytes).length / packetUnits);

/** Whether a frame is longer than its sender may send: it costs nothing but its coming. */
function isTooLong(text: string, { session }: OriginchatsConnection, { roster }: View): boolean {
  if (text.length <= plainUnitsMax || session === undefined) return false;
  const mayBring = holds(roster.actor(session.userId), "manageServer");
  return !mayBring || !withPicture.test(text.slice(0, 128));
}

/** Part 1, 2.3 and 6.3: what is no object is answered after log-in only. */
function receive(frame: Frame, client: OriginchatsConnection, view: View): readonly Step[] {
  if (frame.kind === "binary") return [];
  if (isTooLong(frame.text, client, view)) {
    const text = `Invalid message format: longer than ${plainUnitsMax} characters`;
    return [send(errorPacket(undefined, text))];
  }
  const decoded = decode(frame.text);
  const { session } = client;
  if (session === undefined) {
    return decoded.kind === "packet" ? beforeLogin(decoded.packet, client, view) : [];
  }
  if (decoded.kind === "wide") {
    return [send(errorPacket(undefined, `Invalid message format: more than ${valuesMax} values`))];
  }
  if (decoded.kind === "other") {
    const text = `Invalid message format: expected a dictionary, got ${decoded.got}`;
    return [send(errorPacket(undefined, text))];
  }
  const { packet } = decoded;
  const cmd = packet["cmd"];
  const row = typeof cmd === "string" ? commands.get(cmd) : undefined;
  if (typeof cmd !== "string" || row === undefined) return unknownCommand(packet);
  const ask: Ask = { cmd, listener: listenerOf(packet), client, session, view };
  return row.take(packet, ask);
}

/** Deeper values are not repeated to their sender. */
const nestingMax = 8;

function unknownCommand(packet: JsonObject): readonly Step[] {
  const cmd = packet["cmd"];
  const listener = listenerOf(packet);
  if (depthOf(cmd, nestingMax) >= nestingMax) {
    return [send(errorPacket(undefined, "Unknown command: …", listener))];
  }
  const name = typeof cmd === "string" ? cmd : pythonText(cmd);
  return [send(errorPacket(cmd ?? undefined, `Unknown command: ${name}`, listener))];
}

/** What the OriginChats gateway is to the kit. */
export const edge: Edge<OriginchatsClient, Dialect> = {
  protocol: section.name,
  traits: () => traits,
  extensions: () => [
    (roster) => new PeopleLists(roster),
    (roster) => new ChannelLists(roster),
    (roster) => new PlainLists(roster),
    () => new EmptyPlaces(),
  ],
  transports: [webSocket({ port: (config) => settings(config).port, routes })],
  frameBytes: (config) => settings(config).frameBytes,
  newClient,
  greet: (client, view) => [handshake(client, view)],
  meter,
  pong,
  receive,
  // The stock client logs in at each handshake. One that a click has connected would not come back from the connection's end.
  askAgain: (client, view) => (client.isPage ? [handshake(client, view)] : []),
  tickMs: (config) => settings(config).pingMs,
  tick: (client, view) => [send(encode({ cmd: "ping" })), ...tellAgain(client, view)],
  welcome: (client, session, own, _commit, view) => {
    client.own.toldAtMs = view.steadyMs;
    return [...welcome(client, session, own, view), ...tellLeaving(client, view)];
  },
  dialect,
  hears: (session, channel, roster) => roster.sees(session.userId, channel),
  render,
  renderSignal,
  farewell,
};
