/** Rules about bans, timeouts and the budget (part 1, 7 and 8). */
import { mapFrames, mapReceived, type Outcome } from "../outcome.ts";
import { type Frame, type Json, object, text } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { sentIn } from "./rule.ts";
import type { Community } from "./state.ts";

/** Puts frames in front of what a client receives. */
function put(outcome: Outcome<Frame>, who: string, frames: readonly Frame[]): Outcome<Frame> {
  const rest = outcome.received.get(who) ?? [];
  return frames.length === 0
    ? outcome
    : {
        received: new Map(outcome.received).set(who, [...frames, ...rest]),
        closed: outcome.closed,
      };
}

const has = (frames: readonly Frame[] | undefined, cmd: string): boolean =>
  frames?.some((frame) => frame["cmd"] === cmd) === true;

/** Whom a step bans or unbans, by command or slash command. */
function targetOf(outcome: Outcome<Frame>, how: "ban" | "unban"): string | undefined {
  for (const frame of [...outcome.received.values()].flat()) {
    const isDone = frame["banned"] === true || frame["unbanned"] === true;
    if (frame["cmd"] === `user_${how}` && isDone) return text(frame["user"]);
    const said = text(object(frame["message"])["content"]);
    const [, name] =
      /^(?:🚫|✅) \*\*(?:USR:local_)?(.+)\*\* has been (?:un)?banned\./u.exec(said) ?? [];
    if (name !== undefined && said.startsWith("🚫") === (how === "ban")) return name;
  }
  return undefined;
}

/** Who is put out: `disconnect` with the reason, then what keeps the stock client away, then the end. */
function putOut(outcome: Outcome<Frame>, name: string, state: Community): Outcome<Frame> {
  const received = new Map(outcome.received);
  const closed = new Map(outcome.closed);
  const error = { cmd: "error", src: "user_ban", val: "You are banned from this server" };
  const clients = state.clientsOf(name);
  for (const client of clients) {
    const reason = { cmd: "disconnect", reason: "You have been banned" };
    const told = received.get(client) ?? [];
    received.set(client, has(told, "disconnect") ? [...told, error] : [reason, error]);
    closed.set(client, 1000);
  }
  for (const client of state.sessions.keys()) {
    if (clients.includes(client)) continue;
    const rest = (received.get(client) ?? []).filter(({ cmd }) => cmd !== "user_disconnect");
    const gone = clients.length === 0 ? [] : [{ cmd: "user_disconnect", username: name }];
    received.set(client, [...gone, { cmd: "user_leave", username: name }, ...rest]);
  }
  return { received, closed };
}

/** Seconds as they are told. */
const spoken = (length: Json | undefined): number => Math.ceil(Number(length) / 1_000);

const timedOut = (length: Json | undefined, src: Json | undefined): Frame => ({
  cmd: "error",
  src: src ?? null,
  val: `You are timed out for ${spoken(length)} seconds`,
});

/** A timeout that has just been given: to whom, what is told. */
function timeoutIn(outcome: Outcome<Frame>, who: string): readonly [string, Frame] | undefined {
  for (const frame of outcome.received.get(who) ?? []) {
    if (frame["cmd"] === "user_timeout" && Number(frame["timeout"]) > 0) {
      const name = text(frame["user"]).replace(/^USR:local_/, "");
      const length = Number(frame["timeout"]) * 1_000;
      return [name, { cmd: "rate_limit", reason: "User timeout set", length }];
    }
    const said = text(object(frame["message"])["content"]);
    const [, name, seconds, reason] =
      /^🔇 \*\*(?:USR:local_)?(.+)\*\* has been muted for (\d+) seconds\.\n\*\*Reason:\*\* (.*)$/u.exec(
        said,
      ) ?? [];
    if (name !== undefined) {
      const length = Number(seconds) * 1_000;
      return [name, { cmd: "rate_limit", reason: `Muted: ${reason}`, length }];
    }
  }
  return undefined;
}

/** Whose timeout has just been lifted; undefined: nobody's. */
function liftedIn(outcome: Outcome<Frame>, who: string): string | undefined {
  for (const frame of outcome.received.get(who) ?? []) {
    if (frame["cmd"] === "user_timeout" && frame["timeout"] === 0) return plainName(frame["user"]);
    const said = text(object(frame["message"])["content"]);
    const [, name] = /^🔊 \*\*(.+)\*\* has been unmuted\.$/u.exec(said) ?? [];
    if (name !== undefined) return plainName(name);
  }
  return undefined;
}

const plainName = (name: Json | undefined): string => text(name).replace(/^USR:local_/, "");

/** What is said in words beside a `rate_limit` of the budget; undefined: nothing. */
function wordsFor(frame: Frame, src: Json | undefined): Frame | undefined {
  const reason = text(frame["reason"]);
  if (frame["cmd"] !== "rate_limit" || src !== "message_new") return undefined;
  if (/^You are in timeout/.test(reason)) return undefined;
  return { cmd: "error", src: "message_new", val: `Rate limited: ${reason}` };
}

export const moderationRules: readonly OriginchatsRule[] = [
  {
    section: "part 1, 8.2; part 3, 3.5; bridge table, Moderation, ban",
    what: "the banned are put out and leave the lists",
    expect(outcome, { state }) {
      const name = targetOf(outcome, "ban");
      if (name === undefined) return outcome;
      return state.banned.has(name)
        ? mapFrames(outcome, (frame) =>
            frame["banned"] === true ? { ...frame, banned: false } : frame,
          )
        : putOut(outcome, name, state);
    },
  },
  {
    section: "bridge table, Moderation, ban",
    what: "the unbanned join again",
    expect(outcome, { state }) {
      const name = targetOf(outcome, "unban");
      const person = state.people.get(name ?? "");
      if (name === undefined || person === undefined || !state.banned.has(name)) return outcome;
      const user = {
        username: name,
        roles: person.roles,
        color: null,
        nickname: person.nickname,
        cracked: person.cracked,
        pfp: person.pfp,
        status: { ...person.status, status: "offline" },
      };
      return [...state.sessions.keys()].reduce(
        (all, client) => put(all, client, [{ cmd: "user_join", user }]),
        outcome,
      );
    },
  },
  {
    section: "part 1, 8.1; bridge table, Moderation, silence",
    what: "a timeout is told to every session of the person, in words as well",
    expect(outcome, { state, step }) {
      const [name, told] = timeoutIn(outcome, step.who) ?? [];
      if (name === undefined || told === undefined) return outcome;
      const rest = mapReceived(outcome, (frames) =>
        frames.filter(
          (frame) => frame["cmd"] !== "rate_limit" || frame["reason"] !== told["reason"],
        ),
      );
      return state
        .clientsOf(name)
        .reduce(
          (all, each) => put(all, each, [told, timedOut(told["length"], "user_timeout")]),
          rest,
        );
    },
  },
  {
    section: "bridge table, Moderation, silence",
    what: "the end of a timeout is told to every session of the person",
    expect(outcome, { state, step }) {
      const name = liftedIn(outcome, step.who);
      if (name === undefined) return outcome;
      const over = { cmd: "error", src: "user_timeout", val: "Your time-out is over" };
      return state.clientsOf(name).reduce((all, each) => put(all, each, [over]), outcome);
    },
  },
  {
    section: "part 1, 8.1; bridge table, Moderation, silence",
    what: "a try under a time-out is told so in words, each time",
    expect: (outcome, at) =>
      mapReceived(outcome, (frames, who) =>
        frames.flatMap((frame) =>
          who === at.step.who &&
          sentIn(at)["cmd"] === "message_new" &&
          /^You are in timeout/.test(text(frame["reason"]))
            ? [frame, timedOut(frame["length"], "message_new")]
            : [frame],
        ),
      ),
  },
  {
    section: "part 2, 0; bridge table, Moderation, message budget",
    what: "rate_limit is followed by an error that people see, once in five seconds",
    expect(outcome, at) {
      const { step, state } = at;
      if (state.warned.has(step.who)) return outcome;
      return mapReceived(outcome, (frames, who) =>
        who !== step.who
          ? frames
          : frames.flatMap((frame) => {
              const words = wordsFor(frame, sentIn(at)["cmd"]);
              return words === undefined ? [frame] : [frame, words];
            }),
      );
    },
    allow(outcome, at) {
      const { step } = at;
      const words = (outcome.received.get(step.who) ?? [])
        .map((frame) => wordsFor(frame, sentIn(at)["cmd"]))
        .filter((frame) => frame !== undefined);
      return { received: new Map([[step.who, words]]), closed: new Map() };
    },
  },
];
