/** Rules about people: their names, ids, and what is told of them. */
import {
  type Frame,
  idOfPerson,
  type Json,
  type JsonObject,
  list,
  object,
  text,
  without,
} from "./frame.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { changeObjects, changeTexts, frameRule, ruleFor } from "./rule.ts";

const localName = /^USR:local_(?=.)/;

/** `USR:local_ada` and `USR:1` as the id of that person. */
const asId = (value: Json | undefined): Json =>
  typeof value === "string" && value.startsWith("USR:")
    ? idOfPerson(value.replace(localName, ""))
    : (value ?? null);

/** Who has an account of the server's own has it as nickname too, there. */
const isOwnNickname = (user: JsonObject): boolean =>
  typeof user["nickname"] === "string" && user["username"] === `USR:local_${user["nickname"]}`;

const withIdsIn = (frame: Frame, key: string, ...keys: readonly string[]): Frame => {
  const change = (each: Json): JsonObject => {
    const entries = Object.entries(object(each));
    return Object.fromEntries(
      entries.map(([name, value]) => [name, keys.includes(name) ? asId(value) : value]),
    );
  };
  const inner = frame[key];
  if (inner === undefined) return frame;
  return { ...frame, [key]: Array.isArray(inner) ? list(inner).map(change) : change(inner) };
};

/** Answers that name the person as the question did. */
const echoes = new Set(["user_timeout", "rate_limit_status", "rate_limit_reset", "pfp_get"]);

/** Commands of the original that are none of the socket here, or stand for what is not served. */
const unserved = new Set(["auth", "events"]);
/** Names of the newer dialect that are served (part 1, 2.9). */
const newerNames = ["capabilities", "emoji_list"];

export const peopleRules: readonly OriginchatsRule[] = [
  ruleFor(
    ["handshake"],
    "part 1, 2.1",
    "the handshake tells the present name and pictures of the server",
    (frame, { state }) => {
      if (state.server.size === 0) return undefined;
      const val = object(frame["val"]);
      const server = { ...object(val["server"]), ...Object.fromEntries(state.server) };
      return { ...frame, val: { ...val, server } };
    },
  ),
  ruleFor(
    ["handshake"],
    "part 1, 2.2",
    "the handshake names what is served: no packets of the server, no upload without Rotur, and what newer clients ask",
    (frame) => {
      const val = object(frame["val"]);
      const uploads = val["auth_mode"] !== "cracked-only";
      const served = list(val["capabilities"]).filter(
        (name) => !unserved.has(String(name)) && (uploads || name !== "attachment_upload"),
      );
      const names = [...served.map(String), ...newerNames].sort();
      return { ...frame, val: { ...val, capabilities: names } };
    },
  ),
  ruleFor(
    ["nickname_update", "nickname_remove"],
    "part 1, 4.1",
    "who has a nickname is named by an id",
    (frame) => ({ ...frame, user: asId(frame["user"]) }),
  ),
  ruleFor(["user_updated"], "part 1, 4.1", "who was renamed is named by an id", (frame) => ({
    ...frame,
    user_id: asId(frame["user_id"]),
  })),
  frameRule("part 1, 4.1", "who made a webhook is named by an id", (frame) => {
    if (!/^webhook_/.test(String(frame["cmd"]))) return undefined;
    return withIdsIn(withIdsIn(frame, "webhook", "created_by"), "webhooks", "created_by");
  }),
  ruleFor(
    ["slash_call"],
    "part 1, 4.1",
    "who calls a slash command is named by an id",
    (frame) => ({
      ...frame,
      invoker: asId(frame["invoker"]),
    }),
  ),
  frameRule("part 1, 4.1", "who is in a voice channel is named by an id", (frame) =>
    /^voice_/.test(String(frame["cmd"]))
      ? withIdsIn(withIdsIn(frame, "user", "id"), "participants", "id")
      : undefined,
  ),
  ruleFor(["modlog_get"], "part 1, 4.1", "people in the log are named by ids", (frame) =>
    withIdsIn(frame, "entries", "actor_id", "target_id"),
  ),
  frameRule(
    "bridge table, People, account",
    "a local account has no nickname of the same",
    (frame) =>
      changeObjects(frame, (user) => {
        if (!isOwnNickname(user)) return user;
        return "pfp_url" in user ? without(user, "nickname") : { ...user, nickname: null };
      }) as Frame,
  ),
  frameRule(
    "bridge table, People, account",
    "a local account is named by its plain name",
    (frame, { sent }) => {
      const plain = changeTexts(frame, (each) => each.replace(localName, "")) as Frame;
      // These answer with the name that was asked for.
      const isNamed = sent["user"] !== undefined || sent["username"] !== undefined;
      if (!echoes.has(text(frame["cmd"])) || !isNamed) return plain;
      const { user = null, username } = frame;
      return { ...plain, ...(username === undefined ? { user } : { username }) };
    },
  ),
  ruleFor(
    ["user_join", "user_connect"],
    "part 1, 2.6",
    "user_join and user_connect carry nickname, cracked, pfp and status as well",
    (frame, { state, step }) => {
      const user = object(frame["user"]);
      const person = state.people.get(text(user["username"]));
      const isThere = frame["cmd"] === "user_connect";
      return {
        ...frame,
        user: {
          ...user,
          nickname: person?.nickname ?? null,
          cracked:
            person?.cracked ??
            !(step.action.do === "send" && step.action.text.includes('"validator"')),
          pfp: person?.pfp ?? null,
          status: isThere
            ? (person?.status ?? { status: "online", text: "" })
            : { ...(person?.status ?? { text: "" }), status: "offline" },
        },
      };
    },
  ),
];
