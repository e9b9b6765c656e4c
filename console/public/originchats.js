/**
 * An OriginChats client: JSON objects with `cmd`, one a text frame (docs/protocols/originchats-1..3). It asks for
 * everything after `auth_success`, in the order of the stock client, and keeps what the server told.
 */
import { colourOf, openSocket } from "./client.js";
import { isAllowed, mayActOn, peopleOf } from "./originchats-rights.js";

/** @import { Connect, Line, Listener } from "./client.js" */
/** @import { Message, Member, OcChannel, Packet, State } from "./originchats-rights.js" */

/** What the server says of a ban, in an `error` and in an `auth_error` (part 1, 3.5 and 2.5). */
const banned = /banned from this server/i;

const historyLimit = 100;

/** @type {Connect} */
export const connectOriginchats = (url, credentials, listener) => {
  /** @type {State} */
  const state = {
    me: "",
    capabilities: new Set(),
    channels: [],
    current: "",
    members: new Map(),
    roles: {},
    slash: [],
    unread: new Map(),
    lines: new Map(),
    limited: "",
  };
  const socket = openSocket(url, listener, {
    frame(text) {
      const packet = parse(text);
      if (packet !== undefined) handlers.get(packet.cmd)?.(packet, context);
    },
  });
  /** @param {object} packet */
  const send = (packet) => socket.send(JSON.stringify(packet));
  /** @type {Context} */
  const context = { state, listener, credentials, socket, send };
  return {
    say: (content) => send({ cmd: "message_new", channel: state.current, content }),
    edit: (id, content) => send({ cmd: "message_edit", id, channel: state.current, content }),
    remove: (id) => send({ cmd: "message_delete", id, channel: state.current }),
    enter: (channel) => enter(context, channel),
    act(act, person) {
      if (act === "ban") send({ cmd: "user_ban", user: person.account });
      else send(slashCall(state, "kick", person.account));
    },
    lift: (user) => send({ cmd: "user_unban", user }),
    leave() {
      socket.ended("left");
      socket.close();
    },
  };
};

/**
 * @typedef {object} Context
 * @property {State} state
 * @property {Listener} listener
 * @property {{ name: string, password: string, fresh: boolean }} credentials
 * @property {ReturnType<typeof openSocket>} socket
 * @property {(packet: object) => void} send
 */

/** @param {string} text @returns {Packet | undefined} */
function parse(text) {
  /** @type {unknown} */
  const value = JSON.parse(text);
  return typeof value === "object" && value !== null && "cmd" in value
    ? /** @type {Packet} */ (value)
    : undefined;
}

/** @param {State} state @param {string} command @param {string} account */
function slashCall(state, command, account) {
  const option = state.slash.find((entry) => entry.name === command)?.options?.[0]?.name;
  return {
    cmd: "slash_call",
    channel: state.current,
    command,
    args: { [option ?? "username"]: account },
  };
}

/** @param {Context} context @param {string} channel */
function enter({ state, listener, send }, channel) {
  state.current = channel;
  state.unread.delete(channel);
  state.lines.clear();
  listener.reset([]);
  tellChannels(state, listener);
  send({ cmd: "messages_get", channel, limit: historyLimit });
}

/** @param {State} state @param {Listener} listener */
function tellChannels(state, listener) {
  listener.channels(
    state.channels
      .filter((channel) => channel.type === "text")
      .map((channel) => ({
        name: channel.name,
        label: channel.display_name ?? channel.name,
        current: channel.name === state.current,
        unread: state.unread.get(channel.name) ?? 0,
        detail: "",
      })),
  );
}

/** @param {State} state @param {Listener} listener */
function tellPeople(state, listener) {
  listener.people(peopleOf(state));
  listener.self(state.me, { mayLift: mayActOn(state, undefined, "ban") });
}

/** @param {State} state @param {Message} message @returns {Line} */
function lineOf(state, message) {
  const member = state.members.get(message.user.toLowerCase());
  const permissions = state.channels.find(({ name }) => name === state.current)?.permissions;
  const isOwn = message.user === state.me;
  const isAction = message.kind === "action";
  const isBot = member === undefined && message.user === "originChats";
  return {
    id: message.id,
    author: member?.nickname ?? message.user,
    colour: colourOf(member?.color),
    atMs: message.timestamp * 1000,
    text: isAction ? message.content.replace(/^_(.*)_$/s, "$1") : message.content,
    kind: isAction ? "action" : isBot ? "bot" : "said",
    edited: message.edited === true,
    mayEdit: isOwn && isAllowed(state, permissions?.["edit_own"] ?? ["user"]),
    mayRemove: isOwn
      ? isAllowed(state, permissions?.["delete_own"] ?? ["user"])
      : isAllowed(state, permissions?.["delete"] ?? []),
  };
}

/** @param {Context} context @param {Message} message */
function put({ state, listener }, message) {
  state.lines.set(message.id, message);
  listener.put(lineOf(state, message));
}

/** Server packet → what becomes of it. Unknown ones are passed over, as the reference asks of clients. */
/** @type {ReadonlyMap<string, (packet: Packet, context: Context) => void>} */
const handlers = new Map(
  /** @type {[string, (packet: Packet, context: Context) => void][]} */ ([
    ["handshake", greet],
    ["auth_success", ask],
    ["auth_error", refuse],
    [
      "ready",
      ({ user }, { state, listener }) => {
        state.me = /** @type {Member} */ (user).username;
        listener.standing("online");
        listener.self(state.me, { mayLift: false });
      },
    ],
    ["channels_get", takeChannels],
    ["channel_update", takeChannel],
    ["users_list", takeMembers],
    ["users_online", takeOnline],
    [
      "roles_list",
      ({ roles }, { state, listener }) => {
        state.roles = roles ?? {};
        tellPeople(state, listener);
      },
    ],
    [
      "slash_list",
      ({ commands }, { state, listener }) => {
        state.slash = commands ?? [];
        tellPeople(state, listener);
      },
    ],
    ["messages_get", takePage],
    ["message_new", takeMessage],
    ["message_edit", takeEdit],
    [
      "message_delete",
      ({ id }, { state, listener }) => {
        if (state.lines.delete(id)) listener.remove(id);
      },
    ],
    ["user_join", ({ user }, context) => takeMember(/** @type {Member} */ (user), context, true)],
    [
      "user_connect",
      ({ user }, context) => takeMember(/** @type {Member} */ (user), context, true),
    ],
    ["user_disconnect", ({ username }, context) => takeMember({ username }, context, false)],
    [
      "user_leave",
      ({ username }, { state, listener }) => {
        if (state.members.delete(username?.toLowerCase())) tellPeople(state, listener);
      },
    ],
    ["nickname_update", takeNickname],
    ["nickname_remove", takeNickname],
    [
      "user_ban",
      ({ user, banned: done }, { listener }) =>
        listener.notice(done ? `${user} is banned.` : `${user} was not banned.`, "info"),
    ],
    [
      "user_unban",
      ({ user, unbanned }, { listener }) =>
        listener.notice(
          unbanned ? `The ban of ${user} is lifted.` : `${user} was not banned.`,
          "info",
        ),
    ],
    ["disconnect", ({ reason }, { socket }) => socket.ended(standingAfter(reason), reason)],
    ["error", takeError],
    [
      "rate_limit",
      ({ reason, length }, { state, listener }) => {
        state.limited = reason ?? "";
        const wait = `Wait ${Math.ceil((length ?? 0) / 1000)} s.`;
        listener.notice(`${reason ?? "Too many messages."} ${wait}`, "error");
      },
    ],
  ]),
);

/** @param {string | undefined} reason */
function standingAfter(reason) {
  return /\bbanned\b/i.test(reason ?? "") ? "banned" : "kicked";
}

/** @param {Packet} packet @param {Context} context */
function greet({ val }, { state, listener, credentials, socket }) {
  const { capabilities } = /** @type {{ capabilities?: string[] }} */ (val);
  state.capabilities = new Set(capabilities ?? []);
  listener.standing("signing in");
  const packet = {
    cmd: credentials.fresh ? "register" : "login",
    username: credentials.name,
    password: credentials.password,
  };
  socket.send(JSON.stringify(packet), JSON.stringify({ ...packet, password: "•••" }));
}

/** @param {Packet} _packet @param {Context} context */
function ask(_packet, { state, send }) {
  for (const cmd of ["channels_get", "users_list", "users_online"]) send({ cmd });
  for (const cmd of ["roles_list", "slash_list"]) if (state.capabilities.has(cmd)) send({ cmd });
}

/** @param {Packet} packet @param {Context} context */
function refuse({ val }, { socket }) {
  const text = String(val);
  socket.ended(banned.test(text) ? "banned" : "refused", text);
  socket.close();
}

/** @param {Packet} packet @param {Context} context */
function takeChannels({ val }, context) {
  const { state, listener } = context;
  state.channels = /** @type {OcChannel[]} */ (val);
  const texts = state.channels.filter((channel) => channel.type === "text");
  if (texts.some((channel) => channel.name === state.current)) tellChannels(state, listener);
  else if (texts[0] !== undefined) enter(context, texts[0].name);
}

/** @param {Packet} packet @param {Context} context */
function takeChannel({ channel, current_name }, { state, listener }) {
  const changed = /** @type {OcChannel} */ (channel);
  const name = current_name ?? changed.name;
  state.channels = state.channels.map((have) => (have.name === name ? changed : have));
  if (state.current === name) state.current = changed.name;
  tellChannels(state, listener);
}

/** @param {Packet} packet @param {Context} context */
function takeMembers({ users }, { state, listener }) {
  state.members = new Map(users.map((user) => [user.username.toLowerCase(), user]));
  tellPeople(state, listener);
  if (state.lines.size > 0) {
    listener.reset([...state.lines.values()].map((message) => lineOf(state, message)));
  }
}

/** @param {Packet} packet @param {Context} context */
function takeOnline({ users }, { state, listener }) {
  const online = new Map(users.map((user) => [user.username.toLowerCase(), user.status]));
  for (const [key, member] of state.members) {
    member.status = online.get(key) ?? { status: "offline", text: "" };
  }
  tellPeople(state, listener);
}

/** @param {Member} user @param {Context} context @param {boolean} isPresent */
function takeMember(user, { state, listener }, isPresent) {
  const key = user.username.toLowerCase();
  const known = state.members.get(key);
  if (known === undefined && !isPresent) return;
  state.members.set(key, {
    ...known,
    ...user,
    status: { status: isPresent ? "online" : "offline", text: "" },
  });
  tellPeople(state, listener);
}

/** @param {Packet} packet @param {Context} context */
function takeNickname({ username, nickname }, { state, listener }) {
  const member = state.members.get(username?.toLowerCase());
  if (member === undefined) return;
  member.nickname = nickname ?? null;
  tellPeople(state, listener);
}

/** @param {Packet} packet @param {Context} context */
function takePage({ channel, messages }, { state, listener, send }) {
  if (channel !== state.current) return;
  state.lines = new Map(messages.map((message) => [message.id, message]));
  listener.reset(messages.map((message) => lineOf(state, message)));
  acknowledge(state, send, messages.at(-1));
}

/** @param {State} state @param {(packet: object) => void} send @param {Message | undefined} newest */
function acknowledge(state, send, newest) {
  if (newest === undefined || !state.capabilities.has("unreads_ack")) return;
  send({ cmd: "unreads_ack", channel: state.current, message_id: newest.id });
}

/** @param {Packet} packet @param {Context} context */
function takeMessage({ channel, message, thread_id }, context) {
  const { state, listener } = context;
  if (thread_id) return;
  if (channel === state.current) {
    put(context, message);
    return;
  }
  const name = String(channel);
  state.unread.set(name, (state.unread.get(name) ?? 0) + 1);
  tellChannels(state, listener);
}

/** @param {Packet} packet @param {Context} context */
function takeEdit({ id, content }, context) {
  const message = context.state.lines.get(id);
  if (message !== undefined) put(context, { ...message, content, edited: true });
}

/** @param {Packet} packet @param {Context} context */
function takeError({ val, src }, { state, listener, socket }) {
  const text = String(val ?? "");
  if (banned.test(text)) {
    socket.ended("banned", text);
    socket.close();
  } else if (/^kicked\b/i.test(text)) {
    socket.ended("kicked", text);
  } else if (!(state.limited !== "" && text.includes(state.limited))) {
    listener.notice(src === undefined ? text : `${src}: ${text}`, "error");
  }
  state.limited = "";
}
