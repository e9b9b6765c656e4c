/** Rules about what somebody is sent who comes into a channel. The state is the one behind the step. */
import { is, isContext, type Packet, type Shown } from "./packet.ts";
import { type Line, shown } from "./people.ts";
import { onFrames, onPackets, type Rule } from "./rule.ts";
import { isPresence } from "./rules-frames.ts";
import type { State } from "./state.ts";

const bot: Shown = ["-1", "ChatBot", "inherit", ""];

function contextOf({ number, seconds, author, body, flags }: Line, state: State): Packet {
  const person = state.persons.get(author);
  const by = person === undefined ? bot : shown(person);
  return ["7", "1", seconds, ...by, body, number, "0", flags];
}

const linesIn = (state: State, who: string): readonly Line[] =>
  state.channels.get(state.channelOf(who))?.lines ?? [];

/** Rules that are applied in this order, once the state has followed the step. */
export const contextRules: readonly Rule[] = [
  onPackets(
    "bridge table, history on entry; quirk 29",
    "the backlog holds messages, no lines of presence or names",
    (packet) => (isPresence(packet) ? null : packet),
  ),
  onPackets("quirk 18", "what was deleted or refused here is in no backlog", (packet, { state }) =>
    isContext(packet) && state.missing.has(packet[8] ?? "") ? null : packet,
  ),
  onPackets(
    "quirks 13 and 25; reference 4.2, /say and /rank, G",
    "a line stands in the backlog of the channel where it was said here, an announcement in the default one's",
    (packet, { state }, who) => {
      if (!isContext(packet)) return packet;
      const channel = [...state.channels.values()].find(({ lines }) =>
        lines.some(({ number }) => number === packet[8]),
      );
      return channel === undefined || channel.name === state.channelOf(who) ? packet : null;
    },
  ),
  onPackets(
    "quirk 29; reference 2.2, 7.1",
    "authors are shown as they are now, and their lines as they were sent",
    (packet, { state }, who) => {
      if (!isContext(packet)) return packet;
      const line = linesIn(state, who).find(({ number }) => number === packet[8]);
      return line === undefined ? packet : contextOf(line, state);
    },
  ),
  onFrames(
    "bridge table, history on entry and first message of a channel",
    "so many messages, from the channel's first line on",
    (packets, { state }, who) => {
      const head = packets.findIndex((packet) => is(packet, "7", "0")) + 1;
      if (head === 0 || !state.sessions.has(who)) return packets;
      const all = linesIn(state, who);
      const lines = all.slice(-(state.seed.settings.backlog ?? 10));
      const given = packets.filter(isContext);
      const others = given.filter((packet) => !all.some(({ number }) => number === packet[8]));
      return [
        ...packets.slice(0, head).filter((packet) => !isContext(packet)),
        ...lines.map(
          (line) => given.find((packet) => packet[8] === line.number) ?? contextOf(line, state),
        ),
        ...others,
        ...packets.slice(head).filter((packet) => !isContext(packet)),
      ];
    },
  ),
];
