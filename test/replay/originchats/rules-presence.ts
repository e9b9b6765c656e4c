/** Rules about who is there, and who has left (part 1, 8.3; part 3, 3 and 4). */
import { mapFrames, mapReceived } from "../outcome.ts";
import { type Frame, type JsonObject, list, object, text } from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { type Place, ruleFor, sentIn } from "./rule.ts";

const isHidden = (status: unknown): boolean => status === "invisible" || status === "offline";

/** A status that a step sets, as it is told. */
const newStatus = (frames: readonly Frame[]): JsonObject | undefined =>
  frames
    .map((frame) => (/^status_/.test(text(frame["cmd"])) ? frame["status"] : undefined))
    .find((status) => status !== undefined) as JsonObject | undefined;

export const presenceRules: readonly OriginchatsRule[] = [
  {
    section: "part 3, 4; bridge table, People, invisible",
    what: "who becomes invisible or offline goes, and nobody else is told the status",
    expect(outcome, at) {
      const { step, state } = at;
      const name = state.nameOf(step.who);
      const status = newStatus(outcome.received.get(step.who) ?? []);
      if (sentIn(at)["cmd"] !== "status_set" || !isHidden(status?.["status"])) return outcome;
      const wasThere = !isHidden(state.people.get(name)?.status["status"]);
      const gone = wasThere ? [{ cmd: "user_disconnect", username: name }] : [];
      const received = new Map<string, readonly Frame[]>();
      for (const [client, person] of state.sessions) {
        const told = (outcome.received.get(client) ?? []).filter(
          ({ cmd }) => cmd !== "user_disconnect" && person === name,
        );
        received.set(client, [...gone, ...told]);
      }
      return { received, closed: outcome.closed };
    },
  },
  {
    section: "part 1, 2.8; part 3, 4",
    what: "nobody hears of the coming and going of the invisible",
    expect(outcome, at) {
      const { state } = at;
      if (sentIn(at)["cmd"] === "status_set") return outcome;
      return mapFrames(outcome, (frame) => {
        const user = object(frame["user"])["username"] ?? frame["username"];
        const isNews = frame["cmd"] === "user_connect" || frame["cmd"] === "user_disconnect";
        const status = state.people.get(text(user))?.status["status"];
        return isNews && isHidden(status) ? null : frame;
      });
    },
  },
  {
    section: "part 1, 2.6",
    what: "who comes into sight again is told of with the new status",
    expect: (outcome, { step }) =>
      mapReceived(outcome, (frames) => {
        const status = newStatus(frames);
        if (step.action.do !== "send" || status === undefined) return frames;
        return frames.map((frame) =>
          frame["cmd"] === "user_connect"
            ? { ...frame, user: { ...object(frame["user"]), status } }
            : frame,
        );
      }),
  },
  ruleFor(["users_list"], "part 3, 3.1", "the invisible are offline to others", (frame, place) => {
    const users = list(frame["users"]).map(object);
    const own = place.state.nameOf(place.who);
    const isSeen = (user: JsonObject): boolean =>
      user["username"] !== own && object(user["status"])["status"] === "invisible";
    if (!users.some(isSeen)) return undefined;
    const shown = users.map((user) =>
      isSeen(user) ? { ...user, status: { ...object(user["status"]), status: "offline" } } : user,
    );
    return { ...frame, users: shown };
  }),
  {
    section: "part 1, 8.3",
    what: "who leaves the server is disconnected",
    expect(outcome, { step, state }) {
      const told = outcome.received.get(step.who) ?? [];
      if (!told.some((frame) => frame["val"] === "User left server")) return outcome;
      const name = state.nameOf(step.who);
      const left = { cmd: "user_leave", username: name };
      const gone: Frame = { cmd: "user_disconnect", username: name };
      const channel = state.voice.get(step.who);
      const voice: Frame[] =
        channel === undefined
          ? []
          : [{ cmd: "voice_user_left", channel, username: name, global: true }];
      const received = new Map<string, readonly Frame[]>();
      for (const client of state.sessions.keys()) {
        received.set(client, client === step.who ? [gone, left] : [...voice, gone, left]);
      }
      const answer = told.filter((frame) => frame["val"] === "User left server");
      const end = { cmd: "disconnect", reason: "Your account was removed" };
      received.set(step.who, [gone, left, ...answer, end]);
      return { received, closed: new Map(outcome.closed).set(step.who, 1000) };
    },
  },
  {
    section: "part 3, 3.3; part 1, 8.2",
    what: "a nickname that somebody else changes is told in every packet that the client knows",
    expect: (outcome, at) =>
      mapReceived(outcome, (frames, who) =>
        frames.flatMap((frame) => {
          const isRename = object(sentIn(at)["updates"])["username"] !== undefined;
          if (frame["cmd"] !== "user_updated" || isRename) return [frame];
          const { username, nickname, user_id: user } = frame;
          const told = { cmd: "user_update", user: username ?? null, username: username ?? null };
          const known: Frame =
            nickname === null
              ? { cmd: "nickname_remove", user: user ?? null, username: username ?? null }
              : {
                  cmd: "nickname_update",
                  user: user ?? null,
                  username: username ?? null,
                  nickname: nickname ?? null,
                };
          const update = { ...told, nickname: nickname ?? null };
          return who === at.step.who ? [frame, known] : [frame, update, known];
        }),
      ),
  },
];

const isAsked = ({ cmd }: Frame, place: Place): boolean =>
  place.who === place.step.who && place.sent["cmd"] === cmd;

/** Rules about the files that the original reads again when somebody edits them (part 1, 9.3). */
export const watchRules: readonly OriginchatsRule[] = [
  ruleFor(["roles_list"], "part 1, 9.3", "no file of roles is watched", (frame) =>
    frame["roles"] === undefined ? null : undefined,
  ),
  ruleFor(["channels_get"], "part 1, 9.3", "no file of channels is watched", (frame, place) =>
    isAsked(frame, place) ? undefined : null,
  ),
  ruleFor(["nickname_update"], "part 1, 9.3", "no file of people is watched", (_frame, place) =>
    /^(slash_call|user_update)$/.test(text(place.sent["cmd"])) ? undefined : null,
  ),
];

export const goneRules: readonly OriginchatsRule[] = [
  {
    section: "part 1, 8.2 and 8.3",
    what: "who was put out here does nothing more",
    expect: (outcome, { step, state }) =>
      state.closed.has(step.who) && step.action.do !== "open"
        ? { received: new Map(), closed: new Map() }
        : outcome,
  },
];

export const unheardRules: readonly OriginchatsRule[] = [
  {
    section: "part 1, 8.2 and 8.3",
    what: "who was put out here hears nothing more",
    expect: (outcome, { state, step }) => {
      const isGone = (who: string): boolean =>
        state.closed.has(who) && !(who === step.who && step.action.do === "open");
      if (![...outcome.received.keys(), ...outcome.closed.keys()].some(isGone)) return outcome;
      return {
        received: new Map([...outcome.received].filter(([who]) => !isGone(who))),
        closed: new Map([...outcome.closed].filter(([who]) => !isGone(who))),
      };
    },
  },
];
