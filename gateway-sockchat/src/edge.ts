/** Sock Chat, version 1, as an edge: the map of this package. */
import type { Commit, EventOf, Session } from "@dragoman/bus-schema";
import { closings, type Edge, renderBy, type Step, webSocket } from "@dragoman/gateway-kit";
import { welcome } from "./auth.ts";
import { ChannelLists } from "./channel-list.ts";
import { newClient, type SockchatClient } from "./client.ts";
import { type Dialect, dialect } from "./dialect.ts";
import { EditsTold } from "./edits.ts";
import { gatheringOf, renderGathered } from "./event/gathered.ts";
import { eventRows } from "./event/index.ts";
import { renderTyping } from "./event/typing.ts";
import { farewell } from "./farewell.ts";
import { meter, withWarning } from "./flood.ts";
import { pongTo, receivePacket } from "./inbound.ts";
import { tellAgain, tellLeaving } from "./leaving.ts";
import { NamedPeople } from "./named.ts";
import { PeopleLists } from "./people-list.ts";
import { Rooms } from "./room.ts";
import { section, settings } from "./settings.ts";
import { ToldLines } from "./told.ts";
import { traits } from "./traits.ts";
import { missedWhispers } from "./whisper.ts";
import { decode } from "./wire.ts";

type Opened = EventOf<"session.opened">;

/** Pings are looked at a few times within the time that they may stay out. */
const tickMsMax = 10_000;
const tickMsMin = 50;

/** The event that a session began with. */
function openedIn({ events }: Commit, { sessionId }: Session): Opened | undefined {
  return events.find(
    (event): event is Opened =>
      event.type === "session.opened" && event.session.sessionId === sessionId,
  );
}

/** What the Sock Chat gateway is to the kit. */
export const edge: Edge<SockchatClient, Dialect> = {
  protocol: section.name,
  traits,
  extensions: (config) => [
    (roster) => new NamedPeople(roster, settings(config).originchatsListed),
    (roster) => new Rooms(roster),
    (roster) => new ChannelLists(roster),
    (roster) => new PeopleLists(roster),
    () => new ToldLines(settings(config).digestMs > 0),
    () => new EditsTold(),
  ],
  // One WebSocket at `/` is all that the protocol has.
  transports: [webSocket({ port: (config) => settings(config).port })],
  frameBytes: (config) => settings(config).frameBytes,
  newClient,
  greet: () => [],
  meter,
  pong: (frame, client, view) => {
    const packet = decode(frame);
    return packet === null ? undefined : pongTo(packet, client, view);
  },
  receive: (frame, client, view) => {
    const packet = decode(frame);
    const steps = packet === null ? [] : receivePacket(packet, client, view);
    return withWarning(client, view, steps);
  },
  tickMs: (config) =>
    Math.min(tickMsMax, Math.max(tickMsMin, Math.floor(settings(config).pingTimeoutMs / 4))),
  tick: (client, view) => {
    const { own, session } = client;
    const { config, steadyMs } = view;
    const silentMs = steadyMs - own.pingedAtMs;
    const late = session !== undefined && silentMs > settings(config).pingTimeoutMs;
    if (late) return [{ do: "close", closing: closings.timeout } satisfies Step];
    return tellAgain(client, view);
  },
  // The context says all that the commit's own events said.
  welcome: (client, session, _own, commit, view) => {
    client.own.pingedAtMs = view.steadyMs;
    const { since, missed } = openedIn(commit, session) ?? {};
    client.own.toldAtMs = view.steadyMs;
    return [
      ...welcome(client, session, view, since),
      ...missedWhispers(session, missed),
      // Whoever is back, too: the page may be another, or the phase.
      ...tellLeaving(client, view),
    ];
  },
  dialect: () => dialect,
  hears: (session, channel, roster, threadId) => {
    const { place } = roster.session(session.sessionId) ?? session;
    const isHere = place?.channelId === channel.channelId && place.threadId === threadId;
    return isHere && roster.sees(session.userId, channel);
  },
  render: renderBy(eventRows),
  gather: { by: gatheringOf, render: renderGathered },
  renderSignal: renderTyping,
  farewell,
};
