/**
 * A Sock Chat client, version 1: packets of tab-separated fields (docs/protocols/sockchat.md, sections 1-5). It
 * shows its own messages only when they come back, and makes the lines on who came and went itself.
 */
import { colourOf, openSocket } from "./client.js";
import { bannedUntil, plainText, readNotice, readRefusal } from "./sockchat-text.js";

/** @import { Connect, Line, Listener } from "./client.js" */

const pingEveryMs = 30_000;
const bot = "-1";

/** Numbers from here on are of lines that are no messages; they cannot be deleted (reference, section 1). */
const firstOtherNumber = 2 ** 52;

/**
 * @typedef {{ id: string, name: string, colour: string | null, rank: number, mayModerate: boolean }} User
 */

/**
 * @typedef {object} State
 * @property {User | undefined} me
 * @property {string} current name of the channel that one is in
 * @property {Map<string, { name: string, detail: string }>} channels
 * @property {Map<string, User>} users those in the channel, without oneself
 */

/**
 * @typedef {object} Context
 * @property {State} state
 * @property {Listener} listener
 * @property {ReturnType<typeof openSocket>} socket
 * @property {() => void} startPing
 */

/** @type {Connect} */
export const connectSockchat = (url, credentials, listener) => {
  /** @type {State} */
  const state = { me: undefined, current: "", channels: new Map(), users: new Map() };
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const stop = () => clearInterval(timer);
  const socket = openSocket(
    url,
    {
      ...listener,
      standing(standing, detail) {
        if (standing !== "connecting" && standing !== "signing in" && standing !== "online") stop();
        listener.standing(standing, detail);
      },
    },
    {
      open() {
        listener.standing("signing in");
        const packet = ["1", "Local", credentials.name];
        socket.send([...packet, credentials.password].join("\t"), [...packet, "•••"].join("\t"));
      },
      frame(text) {
        const fields = text.split("\t");
        rowOf(fields)?.(fields, context);
      },
    },
  );
  /** @type {Context} */
  const context = {
    state,
    listener,
    socket,
    startPing() {
      const ping = () => socket.send(`0\t${state.me?.id ?? ""}\t${Math.floor(Date.now() / 1000)}`);
      timer = setInterval(ping, pingEveryMs);
    },
  };
  /** @param {string} text */
  const say = (text) =>
    socket.send(["2", state.me?.id ?? "", text.replaceAll("\t", "    ")].join("\t"));
  return {
    say,
    edit: undefined,
    remove: (id) => say(`/delete ${id}`),
    enter: (channel) => say(`/join ${channel}`),
    act: (act, person) => say(`/${act} ${person.account}`),
    lift: (name) => say(`/unban ${name}`),
    leave() {
      socket.ended("left");
      socket.close();
    },
  };
};

/** @typedef {(fields: readonly string[], context: Context) => void} Row */

/**
 * Server packet, or packet and sub-packet → what becomes of it (reference 2.2).
 * @type {ReadonlyMap<string, Row>}
 */
const rows = new Map(
  /** @type {[string, Row][]} */ ([
    ["1.y", welcome],
    [
      "1.n",
      ([, , reason = "", until], { socket }) => {
        const { standing, text } = readRefusal(reason, until);
        socket.ended(standing, text);
        socket.close();
      },
    ],
    [
      "1.#",
      ([, , id = "", name, colour, perms], context) =>
        arrive(context, readUser(id, name, colour, perms), "has joined."),
    ],
    ["2", takeMessage],
    [
      "3",
      ([, id = "", name = "", reason = ""], context) =>
        depart(context, id, plainText(name), departures.get(reason) ?? "has left."),
    ],
    [
      "4.0",
      ([, , name = "", locked, temporary], context) =>
        takeChannel(context, name, name, locked, temporary),
    ],
    [
      "4.1",
      ([, , old = "", name = "", locked, temporary], context) =>
        takeChannel(context, old, name, locked, temporary),
    ],
    [
      "4.2",
      ([, , name = ""], { state, listener }) => {
        state.channels.delete(name);
        tellChannels(state, listener);
      },
    ],
    [
      "5.0",
      ([, , id = "", name, colour, perms], context) =>
        arrive(context, readUser(id, name, colour, perms), "has come into the channel."),
    ],
    [
      "5.1",
      ([, , id = ""], context) =>
        depart(context, id, context.state.users.get(id)?.name ?? "", "has left the channel."),
    ],
    [
      "5.2",
      ([, , name = ""], { state, listener }) => {
        state.current = name;
        tellChannels(state, listener);
      },
    ],
    ["6", ([, id = ""], { listener }) => listener.remove(id)],
    ["7.0", takeUsers],
    ["7.1", takeContext],
    ["7.2", takeChannels],
    ["8", clear],
    [
      "9",
      ([, isBan = "0", until], { socket }) => {
        if (isBan === "0") socket.ended("kicked", "You have been put out.");
        else socket.ended("banned", bannedUntil(until));
      },
    ],
    ["10", updateUser],
  ]),
);

/** @param {readonly string[]} fields @returns {Row | undefined} */
function rowOf([id = "", kind = ""]) {
  const sub = id === "1" && /^\d+$/.test(kind) ? "#" : kind;
  return rows.get(id) ?? rows.get(`${id}.${sub}`);
}

/** @type {ReadonlyMap<string, string>} */
const departures = new Map([
  ["leave", "has left."],
  ["timeout", "has gone silent."],
  ["kick", "was put out."],
  ["flood", "was put out for flooding."],
]);

/**
 * @param {string} id
 * @param {string} name
 * @param {string} colour
 * @param {string} perms rank, moderate, logs, nick, create, separated by form feeds
 * @returns {User}
 */
function readUser(id, name = "", colour = "", perms = "") {
  const [rank = "0", moderate = "0"] = perms.split(/[\f ]/);
  return {
    id,
    name: plainText(name),
    colour: colourOf(colour),
    rank: Number(rank) || 0,
    mayModerate: moderate === "1",
  };
}

/** @type {Row} */
function welcome([, , id = "", name, colour, perms, channel = ""], { state, listener, startPing }) {
  state.me = readUser(id, name, colour, perms);
  state.current = channel;
  listener.standing("online");
  listener.self(state.me.name, { mayLift: state.me.mayModerate });
  tellPeople(state, listener);
  startPing();
}

/** @type {Row} */
function takeMessage(
  [, at = "", authorId = "", body = "", id = "", flags = ""],
  { state, listener },
) {
  if (authorId === bot) {
    takeNotice(listener, body);
    return;
  }
  const author = authorId === state.me?.id ? state.me : state.users.get(authorId);
  if (author !== undefined) listener.put(lineOf(state, author, { at, body, id, flags }));
}

/** @param {Listener} listener @param {string} body */
function takeNotice(listener, body) {
  const notice = readNotice(body);
  if (notice.isPassing) listener.passing(notice.text);
  else listener.notice(notice.text, notice.isError || notice.id === "flwarn" ? "error" : "info");
}

/** @type {Row} */
function takeContext(
  [, , at = "", authorId = "", name, colour, perms, body = "", id = "", , flags = ""],
  { state, listener },
) {
  const author = readUser(authorId, name, colour, perms);
  if (authorId !== bot) {
    listener.put(lineOf(state, author, { at, body, id, flags }));
    return;
  }
  const notice = readNotice(body);
  if (notice.isPassing) listener.passing(notice.text);
  else
    listener.put({
      ...lineOf(state, author, { at, body: "", id, flags }),
      text: notice.text,
      kind: "bot",
      mayRemove: false,
    });
}

/**
 * @param {State} state
 * @param {User} author
 * @param {{ at: string, body: string, id: string, flags: string }} message
 * @returns {Line}
 */
function lineOf(state, author, { at, body, id, flags }) {
  const isPrivate = flags[4] === "1";
  const isOwn = author.id === state.me?.id;
  const text = plainText(body);
  const isMessage = /^\d+$/.test(id) && Number(id) < firstOtherNumber;
  return {
    id,
    author: author.name,
    colour: author.colour,
    atMs: Number(at) * 1000,
    text: isPrivate && isOwn ? text.replace(/^(\S+) /, "to $1: ") : text,
    kind: isPrivate ? "private" : flags.startsWith("11") ? "action" : "said",
    edited: false,
    mayEdit: false,
    mayRemove:
      isMessage && (isOwn || (state.me?.mayModerate === true && author.rank <= state.me.rank)),
  };
}

/** @param {Context} context @param {User} user @param {string} how */
function arrive({ state, listener }, user, how) {
  if (user.id === state.me?.id) return;
  state.users.set(user.id, user);
  tellPeople(state, listener);
  listener.passing(`${user.name} ${how}`);
}

/** @param {Context} context @param {string} id @param {string} name @param {string} how */
function depart({ state, listener }, id, name, how) {
  if (!state.users.delete(id)) return;
  tellPeople(state, listener);
  listener.passing(`${name} ${how}`);
}

/** @type {Row} */
function takeUsers([, , count = "0", ...fields], { state, listener }) {
  state.users.clear();
  for (let index = 0; index < Number(count); index += 1) {
    const [id = "", name, colour, perms, visible] = fields.slice(index * 5, index * 5 + 5);
    if (visible !== "0" && id !== state.me?.id) {
      state.users.set(id, readUser(id, name, colour, perms));
    }
  }
  tellPeople(state, listener);
}

/** @type {Row} */
function updateUser([, id = "", name, colour, perms], { state, listener }) {
  const user = readUser(id, name, colour, perms);
  if (id === state.me?.id) {
    state.me = user;
    listener.self(user.name, { mayLift: user.mayModerate });
  } else if (state.users.has(id)) state.users.set(id, user);
  tellPeople(state, listener);
}

/** @type {Row} */
function takeChannels([, , count = "0", ...fields], { state, listener }) {
  state.channels.clear();
  for (let index = 0; index < Number(count); index += 1) {
    const [name = "", locked, temporary] = fields.slice(index * 3, index * 3 + 3);
    state.channels.set(name, { name, detail: channelDetail(locked, temporary) });
  }
  tellChannels(state, listener);
}

/**
 * @param {Context} context
 * @param {string} old
 * @param {string} name
 * @param {string | undefined} locked
 * @param {string | undefined} temporary
 */
function takeChannel({ state, listener }, old, name, locked, temporary) {
  const entries = [...state.channels.values()].filter((channel) => channel.name !== old);
  const at = [...state.channels.keys()].indexOf(old);
  entries.splice(at < 0 ? entries.length : at, 0, {
    name,
    detail: channelDetail(locked, temporary),
  });
  state.channels = new Map(entries.map((channel) => [channel.name, channel]));
  tellChannels(state, listener);
}

/** @param {string | undefined} locked @param {string | undefined} temporary */
function channelDetail(locked = "0", temporary = "0") {
  return [locked === "0" ? "" : "password", temporary === "0" ? "" : "temporary"]
    .filter((word) => word !== "")
    .join(", ");
}

/** 0 messages, 1 users, 2 channels, 3 messages and users, 4 all. @type {Row} */
function clear([, mode = ""], { state, listener }) {
  if (mode === "0" || mode === "3" || mode === "4") listener.reset([]);
  if (mode === "1" || mode === "3" || mode === "4") {
    state.users.clear();
    tellPeople(state, listener);
  }
  if (mode === "2" || mode === "4") {
    state.channels.clear();
    tellChannels(state, listener);
  }
}

/** @param {State} state @param {Listener} listener */
function tellChannels(state, listener) {
  listener.channels(
    [...state.channels.values()].map(({ name, detail }) => ({
      name,
      label: name,
      current: name.toLowerCase() === state.current.toLowerCase(),
      unread: 0,
      detail,
    })),
  );
}

/** Oneself among the others, by rank and then by name. @param {State} state @param {Listener} listener */
function tellPeople(state, listener) {
  const me = state.me;
  if (me === undefined) return;
  const people = [me, ...state.users.values()].sort(
    (a, b) => b.rank - a.rank || a.name.localeCompare(b.name),
  );
  listener.people(
    people.map((user) => ({
      key: user.id,
      name: user.name,
      account: user.name,
      colour: user.colour,
      present: true,
      detail: user.mayModerate ? "moderates" : "",
      acts: me.mayModerate && user.rank < me.rank ? ["kick", "ban"] : [],
    })),
  );
}
