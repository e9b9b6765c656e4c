/** Rules about what people write, what they are called, and what is deleted. */
import {
  authorOf,
  bodyAt,
  commandIn,
  controls,
  escapeText,
  is,
  notice,
  noticeKey,
  type Packet,
  reworded,
  said,
  withField,
} from "./packet.ts";
import { isModerator, type Person, rankOf, shown } from "./people.ts";
import { type At, heard, hears, onPackets, onStep, type Rule, silent, toAll } from "./rule.ts";
import type { State } from "./state.ts";

/** What people wrote, with the text of announcements; whatever else the server says stays. */
function onText(packet: Packet, change: (text: string) => string): Packet {
  const at = bodyAt(packet);
  if (at < 0) return packet;
  if (noticeKey(packet) === "say") {
    return reworded(packet, (body) =>
      body.replace(/^0\fsay\f(.*)$/s, (_all, text: string) => `0\fsay\f${change(text)}`),
    );
  }
  if (authorOf(packet) === "-1") return packet;
  const body = packet[at] ?? "";
  const action = /^<i>(.*)<\/i>$/s.exec(body)?.[1];
  return withField(packet, at, action === undefined ? change(body) : `<i>${change(action)}</i>`);
}

const isBlank = (packet: Packet): boolean => packet[0] === "2" && packet[3] === "";

/** The longest message, code points. */
const lengthMax = (state: State): number => state.seed.settings.postContent ?? 2_000;

/** What a text wants posted: itself, or what follows the name of a command that posts. */
function postedIn(text: string): string {
  const command = commandIn(text);
  if (command === undefined) return text.trim();
  return ["me", "action", "say"].includes(command.name) ? command.rest.trim() : "";
}

const opens = new Map([..."\u202a\u202b\u202d\u202e"].map((mark) => [mark, "\u202c"]));
for (const mark of "\u2066\u2067\u2068") opens.set(mark, "\u2069");

/** Text with what ends its open direction marks. */
function closed(text: string): string {
  const open: string[] = [];
  for (const mark of text) {
    const end = opens.get(mark);
    if (end !== undefined) open.push(end);
    else if (mark === open.at(-1)) open.pop();
  }
  return text + open.reverse().join("");
}

const harmless = (text: string): string =>
  text.replace(/(\[url[=\]])(javascript|data|vbscript):/gi, "$1$2%3A");

const textRules: readonly Rule[] = [
  onPackets(
    "quirk 9; reference 1.1",
    "control characters go, all Unicode white space is trimmed, what is left blank is nothing",
    (packet) => {
      const cleaned = onText(packet, (text) => text.replace(controls, "").trim());
      return isBlank(cleaned) ? null : cleaned;
    },
  ),
  onPackets(
    "quirk 9; reference 4.2, /msg",
    "the text of a whisper is trimmed, too",
    (packet, at) => {
      const { command, sender, who } = at;
      const isOwn = packet[0] === "2" && packet[5] === "10011" && packet[2] === sender?.id;
      if (!isOwn || command === undefined) return packet;
      const body = packet[3] ?? "";
      const [name = ""] = body.split(" ");
      const text = body.slice(name.length + 1);
      const isCopy = at.step.who === who && escapeText(command.words.slice(1).join(" ")) === text;
      return isCopy ? withField(packet, 3, `${name} ${text.trim()}`) : packet;
    },
  ),
  onPackets(
    "reference 1.3, G; bridge table, line breaks",
    "targets that run lose their colon",
    (packet) => onText(packet, harmless),
  ),
  onPackets("bridge table, line breaks", "open direction marks are closed", (packet) =>
    onText(packet, closed),
  ),
  onStep(
    "reference 1.1, G; bridge table, length",
    "longer text is refused with a notice",
    (outcome, at) => {
      const { sender, state, text = "" } = at;
      const max = lengthMax(state);
      if (sender === undefined || [...postedIn(text)].length <= max) return outcome;
      if (outcome.received.size === 0) return outcome;
      const body = `0\fsay\fMessage too long. Maximum length is ${max} characters`;
      return hears(outcome, at.who, notice(body));
    },
  ),
];

/** To all sessions in the channel of a step. */
const inChannel = (
  { state, who }: At,
  ...packets: readonly Packet[]
): Map<string, readonly Packet[]> => heard(...toAll(state.whoIn(state.channelOf(who)), ...packets));

const commandRules: readonly Rule[] = [
  onStep("quirk 10; reference 4.2", "a line break ends a command's name", (outcome, at) => {
    const [, name = "", rest = ""] = /^\/(\S+)\n(.*)$/s.exec(at.text?.trim() ?? "") ?? [];
    const { sender } = at;
    if (sender === undefined || !["me", "action"].includes(name.toLowerCase())) return outcome;
    return {
      ...silent(outcome),
      received: inChannel(
        at,
        said(sender.id, `<i>${escapeText(rest.trim())}</i>`, "11000", `made ${at.step.line}`),
      ),
    };
  }),
  onPackets(
    "quirk 10; reference 4.1, nocmd",
    "unknown names are lower-cased in all alphabets, and escaped",
    (packet) =>
      noticeKey(packet) === "nocmd"
        ? reworded(packet, (body) => escapeText(body.toLowerCase()))
        : packet,
  ),
];

export const whisperRules: readonly Rule[] = [
  onStep(
    "reference 1, message id",
    "both copies of a whisper have one number",
    (outcome, { sender, who }) => {
      const isCopy = (packet: Packet): boolean =>
        packet[0] === "2" && packet[2] === sender?.id && packet[5] === "10011";
      const own = outcome.received.get(who)?.find(isCopy);
      const [number] = [...outcome.received]
        .filter(([other]) => other !== who)
        .flatMap(([, packets]) => packets.filter(isCopy).map((packet) => packet[4] ?? ""));
      if (own === undefined || number === undefined) return outcome;
      const packets = outcome.received.get(who) ?? [];
      const changed = packets.map((packet) =>
        packet === own ? withField(own, 4, number) : packet,
      );
      return { ...outcome, received: new Map(outcome.received).set(who, changed) };
    },
  ),
  onPackets(
    "reference 2.2, 7.1, and 4.2, /msg, G",
    "a whisper from somebody who is not listed comes with its author",
    (packet, { state, sender }, who) => {
      if (packet[0] !== "2" || packet[5] !== "10011" || sender === undefined) return packet;
      const receiver = state.personAt(who);
      const isListed = state.peopleIn(state.channelOf(who)).some(({ id }) => id === sender.id);
      if (packet[2] !== sender.id || receiver?.id === sender.id || isListed) return packet;
      const [, seconds = "0", , body = "", number = "0", flags = ""] = packet;
      return ["7", "1", seconds, ...shown(sender), body, number, "1", flags];
    },
  ),
];

/** The author of a line that is there, by its number in the recording. */
function authorOfLine(number: string, state: State): Person | undefined | null {
  const lines = [...state.channels.values()].flatMap((channel) => channel.lines);
  const line = lines.find((each) => each.number === number);
  return line === undefined ? undefined : (state.persons.get(line.author) ?? null);
}

const deleteRules: readonly Rule[] = [
  onStep("quirk 18; reference 4.2, /delmsg", "/delmsg is known", (outcome, at) => {
    const { command, sender, state, who } = at;
    if (command?.name !== "delmsg" || sender === undefined) return outcome;
    if (!isModerator(sender)) return hears(outcome, who, notice(`1\fcmdna\f/${command.typed}`));
    const [number = ""] = command.words;
    if (!/^[0-9]+$/.test(number)) return hears(outcome, who, notice("1\fcmderr"));
    const author = authorOfLine(number, state);
    const may = author !== undefined && author !== null && rankOf(author) <= rankOf(sender);
    if (!may) return hears(outcome, who, notice("1\fdelerr"));
    return { ...silent(outcome), received: inChannel(at, ["6", number]) };
  }),
  onStep(
    "quirk 18; reference 4.2, /delete, G",
    "what is deleted is gone, and is not deleted again",
    (outcome, at) => {
      const { command, state, who } = at;
      const [number = ""] = command?.words ?? [];
      const isDone = outcome.received.get(who)?.some((packet) => is(packet, "6", number)) === true;
      if (command?.name !== "delete" || !isDone || authorOfLine(number, state) != null)
        return outcome;
      return hears(outcome, who, notice("1\fdelerr"));
    },
  ),
  onStep(
    "quirk 18; reference 4.2, /delete and /delchan",
    "what is no number names a channel",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      if (command === undefined || sender === undefined) return outcome;
      const isChannel =
        command.name === "delchan" || (command.name === "delete" && isModerator(sender));
      const name = command.words.join("_");
      if (!isChannel || command.rest.trim() === "" || /^_*[0-9]+$/.test(name)) return outcome;
      if (state.channel(name) !== undefined) return outcome;
      return hears(outcome, who, notice(`1\fnochan\f${escapeText(name)}`));
    },
  ),
  onStep(
    "quirk 25; reference 4.2, /say, G",
    "nothing is announced without text",
    (outcome, { command, sender, who }) => {
      const isEmpty = command?.name === "say" && command.rest.trim() === "";
      if (!isEmpty || sender === undefined || !isModerator(sender)) return outcome;
      return hears(outcome, who, notice("1\fcmderr"));
    },
  ),
];

export const messageRules: readonly Rule[] = [...textRules, ...commandRules, ...deleteRules];
