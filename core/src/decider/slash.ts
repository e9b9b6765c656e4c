/** Slash commands that connections register: who has which, calls, and their answers (OriginChats part 3, 7). */
import {
  allows,
  type Channel,
  type CommandOf,
  type Event,
  type Message,
  type Rejection,
  type Result,
  type SessionId,
  type SlashArgs,
  type SlashCommand,
  type SlashOption,
  type SlashSet,
  UserId,
} from "@dragoman/bus-schema";
import { personByRef } from "../state/find.ts";
import type { LiveCall, Reading, State } from "../state/shape.ts";
import { placeNotFound } from "../state/sight.ts";
import type { Decision } from "./contract.ts";
import { drafts } from "./draft.ts";
import { notPermitted } from "./guard.ts";
import { chargeFor } from "./message.ts";
import { takesMessages, visible } from "./place.ts";
import { accept, type CommandRows, type EventRows, refuse, type SessionContext } from "./row.ts";
import { checkText, cleanContent } from "./text.ts";

/** How long a call may be answered, by `at`. */
const callMs = 900_000;
/** Open calls that are remembered; the oldest go first. */
const callsMax = 10_000;

/** `slash.removed` of the commands that a session that ends has registered; none where there are none. */
export function slashRemovedEvents(state: Reading<State>, sessionId: SessionId): readonly Event[] {
  const known = state.slashes.get(sessionId);
  if (known === undefined) return [];
  const names = known.commands.map(({ name }) => name);
  return [{ type: "slash.removed", sessionId, names }];
}

function register(context: SessionContext, { commands }: CommandOf<"slash.register">): Decision {
  const { sessionId, userId } = context.asker.live.session;
  for (const known of context.state.slashes.values()) {
    if (known.userId === userId && known.sessionId !== sessionId) {
      return refuse({ code: "already_exists", what: "command", given: "" });
    }
  }
  const names = new Set(commands.map(({ name }) => name));
  if (names.size < commands.length) {
    return refuse({ code: "invalid", field: "name", why: "twice" });
  }
  const before = context.state.slashes.get(sessionId)?.commands ?? [];
  const dropped = before.map(({ name }) => name).filter((name) => !names.has(name));
  return accept(
    ...(dropped.length === 0
      ? []
      : [{ type: "slash.removed" as const, sessionId, names: dropped }]),
    { type: "slash.registered", sessionId, userId, commands },
  );
}

/** The command that was registered first under a name; undefined: none. */
function registeredCommand(
  state: Reading<State>,
  name: string,
): { readonly set: SlashSet; readonly command: SlashCommand } | undefined {
  for (const set of state.slashes.values()) {
    const command = set.commands.find((each) => each.name === name);
    if (command !== undefined) return { set, command };
  }
  return undefined;
}

/** The refusal by a command's lists; `need` is the missing role, or with `!` the one in the way. Null: allowed. */
function checkLists({ asker }: SessionContext, command: SlashCommand): Rejection | null {
  const held = new Set(asker.actor.roles.map(({ name }) => name));
  const { blacklistRoles = [], whitelistRoles = [] } = command;
  const forbidden = blacklistRoles.find((name) => held.has(name));
  if (forbidden !== undefined) {
    return { code: "not_permitted", need: `!${forbidden}`, hidden: false };
  }
  const [first] = whitelistRoles;
  return first === undefined || whitelistRoles.some((name) => held.has(name))
    ? null
    : { code: "not_permitted", need: first, hidden: false };
}

const fits: { readonly [T in SlashOption["type"]]: (value: unknown, of: SlashOption) => boolean } =
  {
    str: (value) => typeof value === "string",
    int: (value) => typeof value === "number" && Number.isInteger(value),
    float: (value) => typeof value === "number",
    bool: (value) => typeof value === "boolean",
    enum: (value, { choices = [] }) => typeof value === "string" && choices.includes(value),
  };

/**
 * The rejection of the first wrong argument: unknown ones, then missing ones in order, then wrong types. Null:
 * none.
 */
function wrongArgument(args: SlashArgs, options: readonly SlashOption[]): Rejection | null {
  const known = new Set(options.map(({ name }) => name));
  const unknown = Object.keys(args).find((name) => !known.has(name));
  if (unknown !== undefined) return { code: "invalid", field: unknown, why: "unknown" };
  const missing = options.find(({ name, required }) => required && !Object.hasOwn(args, name));
  if (missing !== undefined) return { code: "invalid", field: missing.name, why: "missing" };
  const wrong = options.find(
    (option) => Object.hasOwn(args, option.name) && !fits[option.type](args[option.name], option),
  );
  return wrong === undefined ? null : { code: "invalid", field: wrong.name, why: wrong.type };
}

/** The channel where something is said by or for a command: it is viewed, and holds messages. */
function channelFor(context: SessionContext, channelId: Channel["channelId"]): Result<Channel> {
  const channel = visible(context, { channelId });
  if (channel === undefined) return refuse(placeNotFound({ channelId }));
  if (!takesMessages(channel, { channelId })) {
    return refuse({ code: "invalid", field: "channel", why: "kind" });
  }
  return { ok: true, value: channel };
}

function call(
  context: SessionContext,
  { channelId, name, args }: CommandOf<"slash.call">,
): Decision {
  const found = registeredCommand(context.state, name);
  if (found === undefined) return refuse({ code: "not_found", what: "command", given: name });
  const { set, command } = found;
  const wrong = checkLists(context, command) ?? wrongArgument(args, command.options);
  if (wrong !== null) return refuse(wrong);
  const handler = context.state.sessions.get(set.sessionId);
  if (handler === undefined || handler.droppedUntilMs !== null) {
    return refuse({ code: "not_found", what: "session", given: name });
  }
  const channel = channelFor(context, channelId);
  if (!channel.ok) return channel;
  if (!allows(channel.value, "send", context.asker.actor)) return notPermitted("send");
  return accept({
    type: "slash.called",
    callId: context.inputs.newUuid(),
    handlerSessionId: set.sessionId,
    invokerId: context.asker.actor.userId,
    channelId,
    name,
    args,
    ephemeral: command.ephemeral,
  });
}

/** The newest open call that a response may be the answer to; without a name rather one as public as it is. */
function openCall(
  context: SessionContext,
  { channelId, name, ephemeral }: CommandOf<"slash.respond">,
  invokerId: string,
): LiveCall | undefined {
  const { sessionId } = context.asker.live.session;
  const open = [...context.state.calls.values()].filter(
    (live) =>
      live.call.handlerSessionId === sessionId &&
      live.call.invokerId === invokerId &&
      live.call.channelId === channelId &&
      (name === undefined || live.call.name === name) &&
      live.atMs + callMs > context.nowMs,
  );
  return open.findLast(({ call }) => call.ephemeral === ephemeral) ?? open.at(-1);
}

/** Whether the session itself has registered a command of that name. */
function hasCommand({ asker, state }: SessionContext, name: string): boolean {
  const own = state.slashes.get(asker.live.session.sessionId);
  return own?.commands.some((each) => each.name === name) === true;
}

function respond(context: SessionContext, body: CommandOf<"slash.respond">): Decision {
  const { channelId, invoker, embeds = [] } = body;
  const { actor } = context.asker;
  const named = invoker === undefined ? undefined : personByRef(context.state, invoker);
  const given = UserId.safeParse(invoker);
  const invokerId = named?.user.userId ?? (given.success ? given.data : actor.userId);
  const open = openCall(context, body, invokerId);
  const name = body.name ?? open?.call.name;
  if (name === undefined) return refuse({ code: "invalid", field: "name", why: "missing" });
  const stands = context.state.channels.get(channelId);
  if (open === undefined || stands === undefined) {
    const channel = channelFor(context, channelId);
    if (!channel.ok) return channel;
    if (!allows(channel.value, "send", actor)) return notPermitted("send");
  }
  // Without a call nobody else has used it, and it is no command but the responder's own.
  if (open === undefined && !hasCommand(context, name)) {
    return refuse({ code: "not_found", what: "command", given: name });
  }
  const posted = drafts(context)({
    place: { channelId },
    author: { kind: "user", userId: actor.userId },
    kind: "text",
    content: cleanContent(body.content),
    interaction: { command: name, userId: open === undefined ? actor.userId : invokerId },
    ...(embeds.length === 0 ? {} : { embeds }),
  });
  const isPrivate = open !== undefined && (open.call.ephemeral || body.ephemeral === true);
  return isPrivate ? accept(answeredEvent(open, posted.message)) : accept(posted);
}

function answeredEvent({ call: { callId, invokerId } }: LiveCall, message: Message): Event {
  return { type: "slash.answered", callId, invokerId, message };
}

export const slashCommands: CommandRows<"slash"> = {
  "slash.register": { by: "session", speaks: () => true, bulky: () => true, decide: register },
  "slash.call": { by: "session", speaks: () => true, bulky: () => true, decide: call },
  "slash.respond": {
    by: "session",
    speaks: () => true,
    shape: ({ inputs }, { content, embeds }) =>
      checkText(content, inputs.limits.postContent, embeds !== undefined || content.text !== ""),
    bulky: () => true,
    decide: respond,
  },
};

export const slashEvents: EventRows<"slash"> = {
  "slash.registered": (state, { type: _, ...set }) => {
    state.slashes.set(set.sessionId, set);
  },
  "slash.removed": (state, { sessionId, names }) => {
    const known = state.slashes.get(sessionId);
    if (known === undefined) return;
    const commands = known.commands.filter(({ name }) => !names.includes(name));
    if (commands.length === 0) state.slashes.delete(sessionId);
    else state.slashes.set(sessionId, { ...known, commands });
  },
  "slash.called": (state, { type: _, ...made }, { position }) => {
    for (const [callId, { atMs }] of state.calls) {
      if (atMs + callMs > position.at && state.calls.size < callsMax) break;
      state.calls.delete(callId);
    }
    const { args: __, ...call } = made;
    state.calls.set(call.callId, { call, atMs: position.at });
  },
  "slash.answered": (state, { message }, { position }) => {
    if (message.author.kind === "user") chargeFor(state, message.author.userId, position.at);
  },
};
