/** Rules about kicks, bans and silences. */
import { escapeText, gone, is, notice, noticeKey, type Packet, said } from "./packet.ts";
import { type Ban, isModerator, type Person, rankOf, shown } from "./people.ts";
import {
  type At,
  andThen,
  type Behind,
  heard,
  hears,
  type Outcome,
  onSent,
  onStep,
  type Rule,
  says,
  silent,
  toAll,
} from "./rule.ts";
import { leaves, returns } from "./rules-entry.ts";
import type { State } from "./state.ts";

/** Commands whose second word is a time. */
const timed = new Set(["kick", "ban", "silence"]);

/** Whether anything answered who acted. */
const hasKey = (outcome: Outcome, who: string, key: string): boolean =>
  outcome.received.get(who)?.some((packet) => noticeKey(packet) === key) === true;

const isDone = (outcome: Outcome, at: At): boolean =>
  hasKey(outcome, at.who, "silok") ||
  [...outcome.received.values()].flat().some((packet) => packet[0] === "9");

/** A time that is taken here: a number above 0, or -1. */
const isTime = (word: string): boolean => word === "-1" || Number(word) > 0;

const timeRules: readonly Rule[] = [
  onSent("quirk 7; reference 4.2, G", "times are seconds and not minutes", (text, { command }) => {
    const [, time = ""] = command?.words ?? [];
    if (!timed.has(command?.name ?? "") || !(Number(time) > 0)) return text;
    const at = text.lastIndexOf(` ${time}`);
    const seconds = Math.round(Number(time) * 60 * 1_000) / 1_000;
    return `${text.slice(0, at)} ${seconds}${text.slice(at + 1 + time.length)}`;
  }),
  onStep(
    "quirk 7; reference 4.2, G",
    "no number, and none above 0 but -1, is a bad format",
    (outcome, at) => {
      const { command, sender, who } = at;
      const [name = "", time] = command?.words ?? [];
      if (command === undefined || sender === undefined || time === undefined) return outcome;
      if (!timed.has(command.name) || isTime(time) || !isDone(outcome, at)) return outcome;
      const meant =
        Number(time) <= 0 ? `/${command.typed} ${name} -1` : `/${command.typed} ${name}`;
      const { received, closed } = outcome;
      return andThen(hears(outcome, who, notice("1\fcmderr")), {
        who,
        action: says(sender.id, meant),
        expect: () => ({ received, closed }),
      });
    },
  ),
];

/** A name in a list of bans, with the command that lifts it. */
const barred = (name: string, command: string): string =>
  `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('${command} '+ this.innerHTML);">${name}</a>`;

const isOver = ({ until }: Ban, { nowMs }: State): boolean =>
  until !== null && until * 1_000 <= nowMs;

const banRules: readonly Rule[] = [
  onStep("reference 1.2, G", "/unban finds accounts whatever the case", (outcome, at) => {
    const { command, state, who } = at;
    const isMeant = command?.name === "unban" || command?.name === "pardon";
    const isAnswered = hasKey(outcome, who, "notban") || hasKey(outcome, who, "unban");
    if (!isMeant || !isAnswered || command.rest === "") return outcome;
    const wanted = command.rest.toLowerCase();
    const ban = [...state.bans.values()].find(({ account }) => account.toLowerCase() === wanted);
    const isThere = ban !== undefined && !isOver(ban, state);
    const body = isThere ? `0\funban\f${ban.account}` : `1\fnotban\f${escapeText(command.rest)}`;
    return hears(outcome, who, notice(body));
  }),
  onStep(
    "quirk 8; reference 4.2, /bans, G",
    "bans that have run out are in no list, barred addresses are",
    (outcome, at) => {
      const { command, state, who } = at;
      if (command === undefined || !hasKey(outcome, who, "banlist")) return outcome;
      const bans = [...state.bans.values()].filter((ban) => !isOver(ban, state));
      const entries = [
        ...bans.map(({ account }) => barred(account, "/unban")),
        ...bans.flatMap(({ addresses }) => addresses.map((each) => barred(each, "/unbanip"))),
      ];
      return hears(outcome, who, notice(`0\fbanlist\f${entries.join(", ")}`));
    },
  ),
  onStep(
    "quirk 20; bridge table, address",
    "only the banned person's sessions end, others from the address stay",
    (outcome, at) => {
      const { command, state } = at;
      const target = state.find(command?.words[0] ?? "");
      if (command?.name !== "ban" || target === undefined) return outcome;
      const others = [...outcome.closed.keys()].filter(
        (who) => state.personAt(who)?.id !== target.id,
      );
      if (others.length === 0) return outcome;
      const received = new Map<string, readonly Packet[]>();
      const told = gone(shown(target), "kick");
      for (const who of state.whoIn(state.sessionsOf(target.id)[0]?.channel ?? "")) {
        received.set(who, [told]);
      }
      for (const { who } of state.sessionsOf(target.id)) {
        received.set(who, outcome.received.get(who) ?? []);
      }
      const closed = new Map([...outcome.closed].filter(([who]) => !others.includes(who)));
      return andThen({ ...outcome, received, closed }, ...others.map(leaves));
    },
  ),
];

/** Who is meant by a command that the original found nobody for. */
function foundHere(outcome: Outcome, at: At): Person | undefined {
  const name = at.command?.words[0] ?? "";
  if (name === "" || !hasKey(outcome, at.who, "usernf")) return undefined;
  return at.state.find(name);
}

/** Somebody is put out, and comes in again. */
function putOut(outcome: Outcome, at: At, target: Person): Outcome {
  const { command, sender, state, who } = at;
  if (sender === undefined || command === undefined) return outcome;
  const sessions = state.sessionsOf(target.id);
  const isBan = command.name === "ban" || command.words[1] !== undefined;
  const end: Packet = isBan ? ["9", "1", "-1"] : ["9", "0"];
  const others = sessions.flatMap(({ channel }) => state.whoIn(channel));
  const whos = new Set(others.filter((each) => state.personAt(each)?.id !== target.id));
  const lifted: Behind = {
    who,
    action: says(sender.id, `/unban ${target.account}`),
    expect: () => ({ received: heard([who, [notice(`0\funban\f${target.account}`)]]) }),
  };
  const out = {
    ...outcome,
    received: heard(
      ...toAll([...whos], gone(shown(target), "kick")),
      ...sessions.map((each) => [each.who, [end]] as const),
    ),
    closed: new Map(sessions.map((each) => [each.who, 1000])),
  };
  const back = sessions.flatMap((each) => returns(each.who, state));
  return andThen(out, ...(isBan ? [lifted] : []), ...back);
}

/** When a silence ends, which is not compared. */
const silenceEnd = notice("0\fsay\fThe silence ends in 1 second");

/** Whether the silence that a client is told of has an end: that of the step's command, else the one that holds. */
function hasEnd(who: string, { command, state }: At): boolean {
  if (command?.name === "silence" && state.sessions.get(who)?.id !== undefined) {
    return Number(command.words[1]) > 0;
  }
  return state.silences.get(state.sessions.get(who)?.id ?? "") != null;
}

/** What comes of `/silence` and `/unsilence`, by part 4.2 of the reference; what was done is undone behind it. */
function silenced(outcome: Outcome, at: At): Outcome {
  const { command, sender, state, who } = at;
  if (command === undefined || sender === undefined) return outcome;
  const [name = "", time] = command.words;
  const refused = (key: string): Outcome => hears(outcome, who, notice(`1\f${key}`));
  if (name === "") return refused("usernf\fUser");
  const target = state.find(name);
  if (target === undefined) return refused(`usernf\f${escapeText(name)}`);
  const isLifting = command.name === "unsilence";
  const isSelf = target.id === sender.id;
  if (isSelf) return refused(isLifting ? "usilperr" : "silself");
  if (rankOf(target) >= rankOf(sender)) return refused(isLifting ? "usilperr" : "silperr");
  if (state.silences.has(target.id) !== isLifting) return refused(isLifting ? "usilerr" : "silerr");
  if (time !== undefined && !isTime(time)) return refused("cmderr");
  const told = (isSilence: boolean): Map<string, readonly Packet[]> =>
    heard(
      [who, [notice(`0\f${isSilence ? "silok" : "usilok"}\f${target.name}`)]],
      ...toAll(
        state.sessionsOf(target.id).map((each) => each.who),
        notice(isSilence ? "0\fsilence" : "0\funsil"),
      ),
    );
  return andThen(
    { ...silent(outcome), received: told(!isLifting) },
    {
      who,
      action: says(sender.id, `/${isLifting ? "silence" : "unsilence"} ${name}`),
      expect: () => ({ received: told(isLifting) }),
    },
  );
}

const findRules: readonly Rule[] = [
  onStep(
    "quirk 19; reference 1.2, G",
    "/kick and /ban find people whatever the case and by the account's name",
    (outcome, at) => {
      const { command, sender, who } = at;
      const target = foundHere(outcome, at);
      if (sender === undefined || target === undefined) return outcome;
      if (command?.name !== "kick" && command?.name !== "ban") return outcome;
      if (target.id === sender.id || rankOf(target) >= rankOf(sender)) {
        return hears(outcome, who, notice(`1\fkickna\f${command.words[0]}`));
      }
      return putOut(outcome, at, target);
    },
  ),
  onStep(
    "quirk 19; reference 1.2, G",
    "/silence and /unsilence find people whatever the case and by the account's name",
    (outcome, at) => {
      const isSilence = at.command?.name === "silence" || at.command?.name === "unsilence";
      return isSilence && foundHere(outcome, at) !== undefined ? silenced(outcome, at) : outcome;
    },
  ),
  onStep(
    "reference 1.2, G",
    "/whois finds people whatever the case and by the account's name",
    (outcome, at) => {
      const target = foundHere(outcome, at);
      const isAsked = at.command?.name === "whois" || at.command?.name === "ip";
      if (!isAsked || target === undefined) return outcome;
      const addresses = at.state.sessionsOf(target.id).map(({ who }) => at.state.addressOf(who));
      const notices = [...new Set(addresses)].map((each) =>
        notice(`0\fipaddr\f${target.name}\f${each}`),
      );
      return hears(outcome, at.who, ...notices);
    },
  ),
  onStep(
    "quirk 19; reference 1.2 and 4.2, /msg, G",
    "/msg finds people whatever the case, by account, nickname or both",
    (outcome, at) => {
      const { command, sender, state, who } = at;
      const target = foundHere(outcome, at);
      const isWhisper = command?.name === "msg" || command?.name === "whisper";
      if (!isWhisper || target === undefined || sender === undefined) return outcome;
      if (target.id === sender.id) return silent(outcome);
      const text = escapeText(command.words.slice(1).join(" ").trim());
      const whos = state.sessionsOf(target.id).map((each) => each.who);
      const number = `made ${at.step.line}`;
      return {
        ...silent(outcome),
        received: heard(...toAll(whos, said(sender.id, text, "10011", number)), [
          who,
          [said(sender.id, `${target.name} ${text}`, "10011", number)],
        ]),
      };
    },
  ),
];

/** What somebody may still do who is silenced. */
const stillMay = new Set(["join", "whois", "ip", "afk", "token"]);

const silenceRules: readonly Rule[] = [
  onStep(
    "quirk 21; reference 4.2, /silence",
    "/silence and /unsilence of a moderator work",
    (outcome, at) => {
      const { command, sender } = at;
      const isSilence = command?.name === "silence" || command?.name === "unsilence";
      if (!isSilence || sender === undefined || !isModerator(sender)) return outcome;
      return outcome.received.size === 0 ? silenced(outcome, at) : outcome;
    },
  ),
  onStep(
    "quirk 21; reference 4.2",
    "whoever is silenced is told so at each line",
    (outcome, at) => {
      const { command, sender, state, text, who } = at;
      if (sender === undefined || text === undefined || text.trim() === "") return outcome;
      if (!state.silences.has(sender.id) || isModerator(sender)) return outcome;
      if (command !== undefined && stillMay.has(command.name)) return outcome;
      const isHeard = [...outcome.received.values()]
        .flat()
        .some((packet) => is(packet, "2") && packet[2] === sender.id);
      if (isHeard) {
        state.silences.delete(sender.id);
        return outcome;
      }
      return hears(outcome, who, notice("0\fsilence"));
    },
  ),
  onStep(
    "bridge table, Moderation, silence",
    "behind the notice of a silence stands when it ends",
    (outcome, at) => ({
      ...outcome,
      received: new Map(
        [...outcome.received].map(([who, packets]) => [
          who,
          packets.flatMap((packet) =>
            noticeKey(packet) === "silence" && hasEnd(who, at) ? [packet, silenceEnd] : [packet],
          ),
        ]),
      ),
    }),
  ),
  onStep(
    "bridge table, Moderation, silence",
    "whose silence runs out is told so",
    (outcome, { step: { action }, state }) => {
      if (action.do !== "wait") return outcome;
      const whose = state
        .silencesOver()
        .flatMap((id) => state.sessionsOf(id).map(({ who }) => who));
      const told = toAll(whose, notice("0\funsil"));
      return { ...outcome, received: heard(...outcome.received, ...told) };
    },
  ),
];

export const moderationRules: readonly Rule[] = [
  ...timeRules,
  ...banRules,
  ...findRules,
  ...silenceRules,
];
