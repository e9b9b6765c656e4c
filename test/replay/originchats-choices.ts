/** Where we differ from the original on purpose, each with the section that says so. */

import type { Json, JsonObject } from "./originchats.ts";
import { type At, type Choice, object, sent, without } from "./originchats-choice.ts";
import { communityChoices } from "./originchats-choices-community.ts";
import { gatheredChoices } from "./originchats-choices-gathered.ts";
import { messageChoices } from "./originchats-choices-messages.ts";
import type { Step } from "./recording.ts";

export const choices: readonly Choice[] = [
  {
    section: "part 1, 2.1 and 2.2",
    what: "the handshake tells our own settings and what we serve",
    theirs: ({ cmd }) => (cmd === "handshake" ? { cmd: "handshake" } : undefined),
    ours: ({ cmd }) => (cmd === "handshake" ? { cmd: "handshake" } : undefined),
  },
  {
    section: "part 1, 2.6",
    what: "user_join and user_connect carry nickname, cracked, pfp and status as well",
    ours: (frame) =>
      frame["cmd"] === "user_join" || frame["cmd"] === "user_connect"
        ? { ...frame, user: without(object(frame["user"]), "nickname", "cracked", "pfp", "status") }
        : undefined,
  },
  {
    section: "bridge table, People, account",
    what: "a local account is named by its plain name and has no nickname of the same",
    theirs: (frame) => {
      const user = object(frame["user"]);
      if (frame["cmd"] !== "ready" || user["nickname"] === undefined) return undefined;
      return { ...frame, user: without(user, "nickname") };
    },
  },
  {
    section: "part 1, 6.3",
    what: "every error has src",
    theirs: (frame) => (frame["cmd"] === "error" ? without(frame, "src") : undefined),
    ours: (frame) => (frame["cmd"] === "error" ? without(frame, "src") : undefined),
  },
  {
    section: "part 1, 2.4, 2.5 and 6.4",
    what: "wrong types get an error instead of silence",
    ours: (frame, { step }) =>
      /^(auth_)?error$/.test(String(frame["cmd"])) && isSilence(step) ? null : undefined,
  },
  {
    section: "part 3, 6",
    what: "the welcome line is a plugin of the original's own",
    theirs: (frame) =>
      /^Welcome .* Thanks for joining the server\.$/.test(
        String(object(frame["message"])["content"]),
      )
        ? null
        : undefined,
  },
  {
    section: "part 3, 6",
    what: "what plugins say of themselves is not said here",
    files: /^36/,
    theirs: (frame) =>
      /^(OriginChats|AutoMod)$/.test(String(object(frame["message"])["user"])) ? null : undefined,
  },
  {
    section: "part 3, 6",
    what: "there are no plugins",
    files: /^36/,
    theirs: (frame) => (frame["cmd"] === "plugins_list" ? { ...frame, plugins: {} } : undefined),
  },
  {
    section: "part 1, 9.3",
    what: "the original watches its data files; here nothing is changed behind the server's back",
    files: /^39/,
    theirs: (frame, at) => (isWatched(frame, at) ? null : undefined),
  },
  {
    section: "part 1, 2.6; bridge table, People, account",
    what: "lists name a local account by its plain name, without a nickname of the same",
    theirs: (frame) => {
      const users = frame["users"];
      if (!Array.isArray(users)) return undefined;
      const plain = users.map((entry: Json) => {
        const user = object(entry);
        const own = `USR:local_${String(user["nickname"])}`;
        return user["username"] === own ? { ...user, nickname: null } : entry;
      });
      return { ...frame, users: plain };
    },
  },
  {
    section: "part 2, 2",
    what: "a ping names accounts and roles that there are, `@USR:local_x` the account x",
    theirs: (frame) => withPings(frame, knownPings),
    ours: (frame) => withPings(frame, knownPings),
  },
  {
    section: "part 1, 6.4",
    what: "what is no JSON is told so after the login",
    ours: (frame, { step }) =>
      step.failed.some((text) => text.includes("invalid JSON")) &&
      /^Invalid message format/.test(String(frame["val"]))
        ? null
        : undefined,
  },
  {
    section: "part 2, 6",
    what: "pinning what is not there is an error, and an unpin says pinned:false",
    theirs: (frame) => {
      if (frame["cmd"] === "message_unpin" && frame["pinned"] === true) {
        return { ...frame, pinned: false };
      }
      return frame["id"] === "nope" ? null : undefined;
    },
    ours: (frame) => (frame["val"] === "Message not found" ? null : undefined),
    files: /^07/,
  },
  ...messageChoices,
  ...communityChoices,
  ...gatheredChoices,
];

/** The news of an edited file: nobody asked for it. */
const isWatched = ({ cmd, nickname }: JsonObject, at: At): boolean =>
  cmd === "roles_list" ||
  (cmd === "nickname_update" && nickname === "Edited") ||
  (cmd === "channels_get" && sent(at)["cmd"] !== "channels_get");

/** The original failed inside and answered nothing. */
const isSilence = ({ failed, received }: Step): boolean =>
  failed.length > 0 && ![...received.values()].flat().some((text) => text.includes('"error"'));

/** The accounts and roles of the recordings. */
const people = new Set(["ada", "bob", "cyd", "bot"]);
const roles = new Set(["owner", "admin", "moderator", "user"]);

function withPings(frame: JsonObject, change: (pings: JsonObject, text: string) => JsonObject) {
  const message = object(frame["message"]);
  const pings = message["pings"];
  if (pings === undefined) return undefined;
  const changed = change(object(pings), String(message["content"]));
  return { ...frame, message: { ...message, pings: changed } };
}

function knownPings(pings: JsonObject, text: string): JsonObject {
  const users = (pings["users"] as readonly Json[]).filter((name) => people.has(String(name)));
  for (const [, name = ""] of text.matchAll(/@USR:local_([a-z]+)/g)) users.push(name);
  const named = (pings["roles"] as readonly Json[]).filter((name) => roles.has(String(name)));
  return { ...pings, users: [...new Set(users)].sort(), roles: [...named].sort() };
}
