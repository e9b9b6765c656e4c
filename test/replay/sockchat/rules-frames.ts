/** Rules about single packets, whatever they answer. */

import {
  entriesOf,
  is,
  isArrival,
  isContext,
  lineNumber,
  noticeKey,
  type Packet,
  reworded,
  withEntries,
  withField,
} from "./packet.ts";
import type { Person } from "./people.ts";
import { numberAt } from "./protocol.ts";
import { onFrames, onPackets, onSent, type Rule } from "./rule.ts";

const lowerColor = (field: string): string =>
  /^#[0-9A-F]{6}$/i.test(field) ? field.toLowerCase() : field;

const documented = (text: string): string => text.replaceAll("127.0.0.", "192.0.2.");

/** Keys of notices whose argument may be empty. */
const keepsEmpty = /\f(?:nocmd|banlist|notban|say)\f$/;

/** Seconds from now, as rules and comparison write a time to come. */
const within = (until: number, nowMs: number): string =>
  until < 0 ? "-1" : `+${Math.round(until - nowMs / 1_000)}@${until}`;

/** Whether a packet is a line that is kept, with a number of its own: what a person says to all. */
const isMessage = (packet: Packet): boolean =>
  packet[0] === "6" || isContext(packet) || (packet[0] === "2" && packet[2] !== "-1");

export const frameRules: readonly Rule[] = [
  onPackets(
    "reference 1, message id, G",
    "lines that are no messages have numbers from 2^52 on",
    (packet, { command, sender }) => {
      const isAnnounced =
        noticeKey(packet) === "say" && command?.name === "say" && sender !== undefined;
      const at = numberAt(packet);
      return at < 0 || isMessage(packet) || isAnnounced
        ? packet
        : withField(packet, at, lineNumber);
    },
  ),
  onPackets(
    "bridge table, roles and rank; reference 1, user perms",
    "ranks are the community's own; five parts",
    (packet, { state }) =>
      packet.map((field) => {
        const [, rank, rest] = /^([0-9]+)(\f.\f.\f.\f.)(?:\fextra)?$/.exec(field) ?? [];
        if (rank === undefined) return field;
        return `${state.ranks.get(Number(rank)) ?? rank}${rest}`;
      }),
  ),
  onPackets("reference 1, colour", "colours are in lower case", (packet) => packet.map(lowerColor)),
  onPackets(
    "bridge table, address",
    "loopback addresses are never barred: everybody comes from others",
    (packet) => packet.map(documented),
  ),
  onSent(
    "bridge table, address",
    "loopback addresses are never barred: others are named",
    documented,
  ),
  onPackets("quirk 4", "nobody is without a number", (packet) => {
    if (isArrival(packet) && packet[2] === "") return null;
    if (is(packet, "3", "") || is(packet, "10", "")) return null;
    if (!is(packet, "7", "0")) return packet;
    const people: string[] = [];
    for (let at = 3; at + 5 <= packet.length; at += 5) {
      if (packet[at] !== "") people.push(...packet.slice(at, at + 5));
    }
    return ["7", "0", String(people.length / 5), ...people];
  }),
  onPackets(
    "quirk 4",
    "nobody hears of the chat who is not signed in",
    (packet, { state, step }, who) =>
      who === step.who || state.sessions.has(who) || state.sessions.size === 0 ? packet : null,
  ),
  onPackets(
    "quirk 1; reference 2.2, 7.0",
    "lists begin with the highest rank, then go by name, and end with their last entry",
    (packet, { state }) => {
      if (!is(packet, "7", "0")) return packet;
      const known = (id: string): Person | undefined => state.persons.get(id);
      const order = ([one = ""]: Packet, [other = ""]: Packet): number => {
        const [a, b] = [known(one), known(other)];
        return a === undefined || b === undefined ? 0 : state.inOrder(a, b);
      };
      return withEntries(packet, [...entriesOf(packet, 5)].sort(order));
    },
  ),
  onPackets("reference 2.2, 7.0, and 4.1, who", "so do the lists of /who", (packet, { state }) =>
    noticeKey(packet)?.startsWith("who") !== true
      ? packet
      : reworded(packet, (body) => {
          const [list = "", ...head] = body.split("\f").reverse();
          const personIn = (link: string): Person | undefined => {
            const name = />([^>]*)<\/a>$/.exec(link)?.[1];
            return [...state.persons.values()].find(({ theirName }) => theirName === name);
          };
          const links = list.split(", ").sort((one, other) => {
            const [a, b] = [personIn(one), personIn(other)];
            return a === undefined || b === undefined ? 0 : state.inOrder(a, b);
          });
          return [...head.reverse(), links.join(", ")].join("\f");
        }),
  ),
  onPackets(
    "quirk 6; reference 2.2, packet 9, and 5.4",
    "packet 9 has 0 and 1 for the words, and -1 for ever",
    (packet, { state }) => {
      if (is(packet, "9", "kick")) return ["9", "0"];
      if (!is(packet, "9", "ban")) return packet;
      const until = Number(packet[2]);
      return ["9", "1", until <= state.nowMs / 1_000 ? "-1" : within(until, state.nowMs)];
    },
  ),
  onPackets(
    "reference 3.4",
    "times to come are compared by how far they are",
    (packet, { state }) =>
      is(packet, "1", "n", "joinfail")
        ? withField(packet, 3, within(Number(packet[3]), state.nowMs))
        : packet,
  ),
  onPackets(
    "reference 2.2, 1.y, G",
    "1.y goes on with limit, session, limit",
    (packet, { state }) => {
      if (!is(packet, "1", "y")) return packet;
      const max = String(state.seed.settings.postContent ?? 2_000);
      return [...packet.slice(0, 7), max, "<session>", max];
    },
  ),
  onFrames(
    "reference 3.5",
    "7.2 comes right after 1.y, and 5.2 closes the context",
    (packets, { state }) => {
      if (!packets.some((packet) => is(packet, "1", "y"))) return packets;
      const list = packets.filter((packet) => is(packet, "7", "2"));
      const rest = packets.filter((packet) => !is(packet, "7", "2"));
      const head = rest.findIndex((packet) => is(packet, "1", "y")) + 1;
      return [...rest.slice(0, head), ...list, ...rest.slice(head), ["5", "2", state.home]];
    },
  ),
  onPackets("reference 4.1", "usernf without a name says User", (packet) =>
    reworded(packet, (body) => (body === "1\fusernf\f" ? "1\fusernf\fUser" : body)),
  ),
  onPackets("reference 4.1", "notices without arguments end at their key", (packet) =>
    reworded(packet, (body) => (keepsEmpty.test(body) ? body : body.replace(/\f$/, ""))),
  ),
  onPackets(
    "reference 4.1, cmdna",
    "cmdna names the command as it was typed",
    (packet, { command }) =>
      reworded(packet, (body) =>
        /^1\fcmdna\f\/(?:pwd|priv)$/.test(body) ? `1\fcmdna\f/${command?.typed}` : body,
      ),
  ),
  onPackets("reference 4.1, who", "double quotes around the style", (packet) =>
    noticeKey(packet)?.startsWith("who") === true
      ? reworded(packet, (body) => body.replace(/style='(.*?)'/g, 'style="$1"'))
      : packet,
  ),
];

const presenceKeys = new Set([
  "join",
  "leave",
  "jchan",
  "lchan",
  "kick",
  "flood",
  "nick",
  "timeout",
]);

/** Whether a line of a backlog tells of presence or of a nickname. */
export const isPresence = (packet: Packet): boolean =>
  isContext(packet) && presenceKeys.has(noticeKey(packet) ?? "");
