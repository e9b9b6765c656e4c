/** Faults of a server of OriginChats that the replay must find, as the difference that they make on the wire. */
import type { Fault } from "../again.ts";
import { addFrames, mapFrames, mapReceived } from "../outcome.ts";
import { type Frame, type Json, type JsonObject, list, object, text, without } from "./frame.ts";
import { changeObjects } from "./rule.ts";

/** The same change of each frame of these commands. */
const altered = (
  what: string,
  cmds: readonly string[],
  change: (frame: Frame) => Frame,
): Fault<Frame> => ({
  what,
  plant: (ours) =>
    mapFrames(ours, (frame) => (cmds.includes(text(frame["cmd"])) ? change(frame) : frame)),
});

/** A message changed within its frame. */
const withMessage = (frame: Frame, change: (message: JsonObject) => JsonObject): Frame => ({
  ...frame,
  message: change(object(frame["message"])),
});

/** Each number under these keys changed, wherever it stands. */
const withNumbers = (value: Json, keys: readonly string[], change: (n: number) => number): Json =>
  changeObjects(value, (each) => {
    const found = keys.filter((key) => typeof each[key] === "number");
    if (found.length === 0) return each;
    return { ...each, ...Object.fromEntries(found.map((key) => [key, change(Number(each[key]))])) };
  });

const otherId = "00000000-0000-4000-8000-000000000000";
const moments = ["timestamp", "created_at", "last_message", "ended_at"];

const onFrames: readonly Fault<Frame>[] = [
  altered("message_new comes without global", ["message_new"], (frame) => without(frame, "global")),
  {
    what: "the banned are not told that they are",
    plant: (ours) =>
      mapFrames(ours, (frame) =>
        /banned from this server/.test(text(frame["val"])) ? null : frame,
      ),
  },
  altered("errors have no src", ["error"], (frame) =>
    "src" in frame ? without(frame, "src") : frame,
  ),
  altered("unreads_count is one too high", ["unreads_count"], (frame) => ({
    ...frame,
    unread_count: Number(frame["unread_count"]) + 1,
  })),
  altered("counts of unreads_get are one too high", ["unreads_get"], (frame) => ({
    ...frame,
    unreads: withNumbers(frame["unreads"] ?? {}, ["unread_count"], (n) => n + 1),
  })),
  altered("message_pin names another message", ["message_pin"], (frame) => ({
    ...frame,
    id: otherId,
  })),
  {
    what: "a person's colour is that of the second role",
    plant: (ours) =>
      mapFrames(
        ours,
        (frame) =>
          changeObjects(frame, (each) =>
            list(each["roles"]).length > 1 && typeof each["color"] === "string"
              ? { ...each, color: null }
              : each,
          ) as Frame,
      ),
  },
  altered("message_new comes without pings", ["message_new"], (frame) =>
    "pings" in object(frame["message"])
      ? withMessage(frame, (message) => without(message, "pings"))
      : frame,
  ),
  {
    what: "moments are told in milliseconds",
    plant: (ours) =>
      mapFrames(ours, (frame) => withNumbers(frame, moments, (n) => n * 1_000) as Frame),
  },
  altered("rate_limit has seconds", ["rate_limit"], (frame) => ({
    ...frame,
    length: Number(frame["length"]) / 1_000,
  })),
  altered("slash_list is in reverse order", ["slash_list"], (frame) => ({
    ...frame,
    commands: [...list(frame["commands"])].reverse(),
  })),
  {
    what: "who is put out is closed with 1008",
    plant: ({ received, closed }) => ({
      received,
      closed: new Map([...closed].map(([who]) => [who, 1008])),
    }),
  },
  {
    what: "the coming of the invisible is told",
    plant: (ours, { who, received }) => {
      const ready = ours.received.get(who)?.find((frame) => frame["cmd"] === "ready");
      const user = object(ready?.["user"]);
      if (object(user["status"])["status"] !== "invisible") return ours;
      const { username = null, roles = [], status = null } = user;
      const shown = {
        username,
        roles,
        color: null,
        nickname: null,
        cracked: true,
        pfp: null,
        status,
      };
      const others = [...received.keys()].filter((other) => other !== who);
      return others.reduce(
        (all, other) => addFrames(all, other, { cmd: "user_connect", user: shown }),
        ours,
      );
    },
  },
  {
    what: "who voted is named while the poll runs",
    plant: (ours) =>
      mapFrames(
        ours,
        (frame) =>
          changeObjects(frame, (each) =>
            list(each["voters"]).length === 0 && Number(each["votes"]) > 0
              ? { ...each, voters: ["cyd"] }
              : each,
          ) as Frame,
      ),
  },
  altered("user_connect has a wrong nickname", ["user_connect"], (frame) => ({
    ...frame,
    user: { ...object(frame["user"]), nickname: "somebody" },
  })),
  {
    what: "the list of channels comes twice",
    plant: (ours) =>
      mapReceived(ours, (frames) =>
        frames.flatMap((frame) => (frame["cmd"] === "channels_get" ? [frame, frame] : [frame])),
      ),
  },
  {
    what: "a reply names another message than the one that was answered",
    plant: (ours) =>
      mapFrames(
        ours,
        (frame) =>
          changeObjects(frame, (each) =>
            each["reply_to"] === undefined
              ? each
              : { ...each, reply_to: { ...object(each["reply_to"]), id: otherId } },
          ) as Frame,
      ),
  },
];

/** As faults of the texts that are sent; a frame that a fault leaves alone keeps its text. */
export const faults: readonly Fault<string>[] = onFrames.map(({ what, plant }) => ({
  what,
  plant(ours, step) {
    const texts = new Map<Frame, string>();
    const parsed = mapReceived(ours, (frames) =>
      frames.map((frame) => {
        const read = JSON.parse(frame) as Frame;
        texts.set(read, frame);
        return read;
      }),
    );
    return mapReceived(plant(parsed, step), (frames) =>
      frames.map((frame) => texts.get(frame) ?? JSON.stringify(frame)),
    );
  },
}));
