/** Rules about what people write, what they are called, and what is deleted. */
import {
  authorOf,
  bodyAt,
  commandIn,
  controls,
  escapeText,
  notice,
  noticeKey,
  type Packet,
  reworded,
  said,
  withField,
} from "./packet.ts";
import { type Channel, isModerator, type Line, type Person, rankOf, shown } from "./people.ts";
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

const isBlank = (packet: Packet): boolean =>
  packet[0] === "2" && (packet[3] === "" || packet[3] === "<i></i>");

/** The longest message, code points. */
const lengthMax = (state: State): number => state.seed.settings.postContent ?? 2_000;

/** What a text wants posted: itself, or what follows the name of a command that posts. */
function postedIn(text: string): string {
  const command = commandIn(text);
  if (command === undefined) return text.trim();
  if (["msg", "whisper"].includes(command.name)) return command.words.slice(1).join(" ").trim();
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
  text.replace(
    /\[(url=(?:javascript|data|vbscript):[^\]]*\].*?)\[(?=\/url\])/gi,
    "[\u200b$1[\u200b",
  );

/** A word as the stock client makes a link of it, without quotes that would end its target. */
const quoted = (word: string): string =>
  /^(?:https?|ftp):\/\//.test(word.replace(/\[[^\]]*\]/g, "")) ? word.replaceAll("'", "%27") : word;

const textRules: readonly Rule[] = [
  onPackets(
    "quirk 9; reference 1.1",
    "control characters go, \\r is a line break, all Unicode white space is trimmed, what is left blank is nothing",
    (packet) => {
      const cleaned = onText(packet, (text) =>
        text
          .replace(/\r(?: <br\/> )?/g, " <br/> ")
          .replace(controls, "")
          .trim(),
      );
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
  onPackets("reference 1.3, G", "a tag whose target runs is text", (packet) =>
    onText(packet, harmless),
  ),
  onPackets(
    "reference 1.3, G",
    "an apostrophe in a word that starts like an address is %27",
    (packet) => onText(packet, (text) => text.split(" ").map(quoted).join(" ")),
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

/** Commands of ours that no server of this protocol had. */
const ours =
  /^\/(help|edit|reply|react|unreact|pin|unpin|pins|poll|vote|topic|search|thread|roles|token|link|move)(?![^ ])/;

const commandRules: readonly Rule[] = [
  onStep(
    "bridge table, search, roles, help",
    "a command that we have and nobody had is asked for under a name that nobody has",
    (outcome, { text = "", who }) => {
      const [, name] = ours.exec(text) ?? [];
      const { action } = outcome;
      if (name === undefined || action.do !== "send") return outcome;
      const other = `no-${name}`;
      const sent = { ...action, text: action.text.replace(`/${name}`, `/${other}`) };
      const packets = outcome.received.get(who) ?? [];
      const told = packets.map((packet) =>
        noticeKey(packet) === "nocmd"
          ? reworded(packet, (body) => body.replace(/[^\f]*$/, other))
          : packet,
      );
      return { ...outcome, action: sent, received: new Map(outcome.received).set(who, told) };
    },
  ),
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

/** Whether a list of roles holds one of somebody's. */
function isOn(list: readonly string[], { id }: Person, { seed }: State): boolean {
  const person = seed.people.find(({ identity }) => identity?.id === id);
  return person?.roles.some((role) => list.includes(role)) === true;
}

/** Why somebody may not delete a line, by the lists of its channel; undefined: it goes. */
function refusedDeletion(
  line: Line,
  channel: Channel,
  { sender, state, command }: At,
): string | undefined {
  if (sender === undefined) return "delerr";
  const lists = channel.name === state.home ? state.seed.channels[0]?.permissions : undefined;
  if (line.author === sender.id) {
    const isAllowed = isOn(lists?.delete_own ?? ["user"], sender, state);
    return isAllowed ? undefined : `cmdna\f/${command?.typed}`;
  }
  const author = state.persons.get(line.author);
  if (!isOn(lists?.delete ?? [], sender, state)) return "delerr";
  return author !== undefined && rankOf(author) > rankOf(sender) ? "delerr" : undefined;
}

const deleteRules: readonly Rule[] = [
  onStep(
    "quirk 18; reference 4.2, /delmsg; bridge table, Rights",
    "a channel's lists say who deletes, what is deleted is gone, and its channel alone hears of it",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const isDeletion = command?.name === "delete" || command?.name === "delmsg";
      const number = command?.rest.trim() ?? "";
      if (!isDeletion || sender === undefined || !/^[0-9]+$/.test(number)) return outcome;
      const channel = [...state.channels.values()].find(({ lines }) =>
        lines.some((line) => line.number === number),
      );
      const line = channel?.lines.find((each) => each.number === number);
      if (channel === undefined || line === undefined)
        return hears(outcome, who, notice("1\fdelerr"));
      const refusal = refusedDeletion(line, channel, at);
      if (refusal !== undefined) return hears(outcome, who, notice(`1\f${refusal}`));
      const received = heard(...toAll(state.whoIn(channel.name), ["6", number]));
      return { ...silent(outcome), received };
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
