/** Slash commands of connections: registering, calling and answering them (part 3, 7.1 to 7.3). */
import {
  type ChannelId,
  type SlashArgs,
  SlashCommand,
  SlashOption,
  slashCommandsMax,
} from "@dragoman/bus-schema";
import type { Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echoPosted, fail, thenReply } from "../answer.ts";
import { readEmbeds } from "../embed.ts";
import { findChannel, findViewedChannel } from "../place.ts";
import { type OwnTexts, refuse } from "../rejection.ts";
import { builtIn } from "../slash/index.ts";
import { slashCall } from "../slash/registered.ts";
import { depthOf, isTruthy, type JsonObject } from "../wire.ts";
import { type CommandRows, hasRoles, noRoles, row } from "./row.ts";

const noChannel = "Channel parameter is required for slash commands";
const notFound = "Channel not found";
const otherKind = "Cannot send messages in this channel type";
const nestingMax = 8;

// ---- registering --------------------------------------------------------------------------------------

const nullable = <S extends z.ZodType>(shape: S) => shape.nullable().exactOptional();

/** The wire's form; what is null or absent has its default. */
const WireOption = z
  .object({
    ...SlashOption.shape,
    required: z.boolean().default(true),
    choices: nullable(z.array(z.string().max(100)).max(50)),
  })
  .refine(({ type, choices }) => type !== "enum" || (choices?.length ?? 0) > 0, {
    error: "Value error, Enum options must define a non-empty 'choices' list",
  });
const WireCommand = z.object({
  ...SlashCommand.shape,
  name: SlashCommand.shape.name.refine((name) => builtIn(name) === undefined, {
    error: "Value error, the server has a command of that name",
  }),
  options: nullable(z.array(WireOption).max(25)),
  whitelistRoles: nullable(z.array(z.string().min(1).max(64)).max(100)),
  blacklistRoles: nullable(z.array(z.string().min(1).max(64)).max(100)),
  ephemeral: z.boolean().default(false),
});

function commandOf(given: z.infer<typeof WireCommand>): SlashCommand {
  const { options, whitelistRoles: allowed, blacklistRoles: barred, ...rest } = given;
  return {
    ...rest,
    options: (options ?? []).map(({ choices, ...option }) =>
      choices === undefined || choices === null || choices.length === 0
        ? option
        : { ...option, choices },
    ),
    ...(allowed === undefined || allowed === null ? {} : { whitelistRoles: allowed }),
    ...(barred === undefined || barred === null ? {} : { blacklistRoles: barred }),
  };
}

const invalid = (path: string, reason: string): string =>
  `Invalid command schema: 1 validation error for SlashCommand\n${path}\n  ${reason}`;

/** All of them, or what is wrong with the first that is wrong. */
function readCommands(given: readonly unknown[]): readonly SlashCommand[] | string {
  const commands: SlashCommand[] = [];
  for (const each of given) {
    const parsed = WireCommand.safeParse(each);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return invalid(issue?.path.join(".") ?? "", issue?.message ?? "is invalid");
    }
    const command = commandOf(parsed.data);
    if (commands.some(({ name }) => name === command.name)) {
      return invalid("name", "Value error, the name is given twice");
    }
    commands.push(command);
  }
  return commands;
}

const RegisterShape = z.object({ commands: z.unknown().exactOptional() });

function register(packet: z.infer<typeof RegisterShape>, ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const given = packet.commands;
  if (!Array.isArray(given) || given.length === 0) {
    return fail(ask, "Commands must be provided as a list");
  }
  if (given.length > slashCommandsMax) {
    return fail(ask, invalid("commands", `Value error, at most ${slashCommandsMax} commands`));
  }
  const commands = readCommands(given);
  if (typeof commands === "string") return fail(ask, commands);
  const val = `${commands.length} commands registered successfully`;
  return [
    {
      do: "command",
      body: { type: "slash.register", commands: [...commands] },
      settle: thenReply(ask, () => ({ cmd: "slash_register", val })),
      refuse: refuse(ask, {
        already_exists: () => "You already have slash commands registered from another session",
        too_long: () => invalid("commands", "Value error, they are too long together"),
      }),
    },
  ];
}

// ---- calling ------------------------------------------------------------------------------------------

const expected: ReadonlyMap<string, string> = new Map([
  ["str", "string"],
  ["int", "integer"],
  ["float", "number"],
  ["bool", "boolean"],
  ["enum", "string"],
]);

function typeName(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return value === null ? "null" : typeof value;
}

/** 7.2, steps 5 and 7: what core finds wrong with a call. */
function invalidCall(
  { field, why }: { readonly field: string; readonly why: string },
  args: JsonObject,
): string {
  if (why === "unknown") return `Unknown argument: ${field}`;
  if (why === "missing") return `Missing required argument: ${field}`;
  const type = expected.get(why);
  if (type === undefined) return otherKind;
  const got = typeName(args[field]);
  return why === "enum" && got === type
    ? `Invalid value for '${field}': Expected one of the choices`
    : `Invalid value for '${field}': Expected ${type}, got ${got}`;
}

const callTexts = (name: string, args: JsonObject): OwnTexts => ({
  not_found: ({ what }) => {
    if (what === "command") return `Unknown slash command: /${name}`;
    return what === "session"
      ? `Command handler for /${name} is not currently connected`
      : notFound;
  },
  not_permitted: ({ need }) => {
    if (need === "send") return undefined;
    return need.startsWith("!")
      ? `Access denied: '${need.slice(1)}' role is forbidden`
      : `Access denied: '${need}' role required`;
  },
  invalid: (rejection) => invalidCall(rejection, args),
});

/** A call of what is none of the server's own commands. */
export function callRegistered(
  ask: Ask,
  place: string,
  name: string,
  args: JsonObject,
): readonly Step[] {
  const { roster } = ask.view;
  if (roster.slash(name) === undefined) return fail(ask, `Unknown slash command: /${name}`);
  const channel = findViewedChannel(place, ask.session.userId, ask.view.roster);
  if (channel === undefined) return fail(ask, notFound);
  if (depthOf(args, nestingMax) >= nestingMax)
    return fail(ask, "Command args are nested too deeply");
  return [
    {
      do: "command",
      body: { type: "slash.call", channelId: channel.channelId, name, args: args as SlashArgs },
      settle: (own, commit, view) => {
        const event = commit.events.find((each) => each.type === "slash.called");
        return event === undefined
          ? []
          : thenReply(ask, () => slashCall(event, view.roster))(own, commit, view);
      },
      refuse: refuse(ask, callTexts(name, args)),
    },
  ];
}

// ---- answering ----------------------------------------------------------------------------------------

const ResponseShape = z.object({
  channel: z.unknown().exactOptional(),
  command: z.unknown().exactOptional(),
  response: z.unknown().exactOptional(),
  embeds: z.unknown().exactOptional(),
  invoker: z.unknown().exactOptional(),
  ephemeral: z.unknown().exactOptional(),
});

const commandMax = 64;
/** The id of no channel: it is asked for where none is meant, so that a hidden one takes no longer to be refused. */
const noChannelId = "00000000-0000-0000-0000-000000000000" as ChannelId;
const noCommand = "Command parameter is required for slash responses";

function respond(packet: z.infer<typeof ResponseShape>, ask: Ask): readonly Step[] {
  if (!hasRoles(ask)) return fail(ask, noRoles);
  const { channel: place, command: name, response, invoker, ephemeral } = packet;
  if (typeof place !== "string" || place === "") return fail(ask, noChannel);
  if (!isTruthy(response) && !isTruthy(packet.embeds)) {
    return fail(ask, "Slash response must have content or embeds");
  }
  const text = response ?? "";
  if (typeof text !== "string") return fail(ask, "Slash response must be a string");
  const given = readEmbeds(packet.embeds);
  if (!given.ok) return fail(ask, given.error);
  // The project's own bot library sends none: core then takes the call that is answered.
  const isNamed = typeof name === "string" && name !== "" && name.length <= commandMax;
  if (!isNamed && name !== undefined && name !== null) return fail(ask, noCommand);
  const channel = findChannel(place, ask.session.userId, ask.view.roster);
  // Core alone knows whether somebody called the bot in a channel that it does not see.
  const isNone = channel === undefined || channel.kind === "separator";
  const channelId = isNone ? noChannelId : channel.channelId;
  const embeds = given.embeds ?? [];
  const refused = refuse(ask, {
    not_found: ({ what, given: asked }) =>
      what === "command" ? `Unknown slash command: /${asked}` : notFound,
    invalid: ({ field }) => {
      if (field === "name") return noCommand;
      return field === "channel" ? otherKind : "Slash response must be a string";
    },
  });
  return [
    {
      do: "command",
      body: {
        type: "slash.respond",
        channelId,
        ...(isNamed ? { name } : {}),
        content: { text: text.trim(), markup: "markdown" },
        ...(typeof invoker === "string" && invoker !== "" && invoker.length <= commandMax
          ? { invoker }
          : {}),
        ...(typeof ephemeral === "boolean" ? { ephemeral } : {}),
        ...(embeds.length === 0 ? {} : { embeds }),
      },
      settle: echoPosted(ask),
      refuse: refused,
    },
  ];
}

export const registeredCommands = {
  slash_register: row({ shape: RegisterShape, translate: register }),
  slash_response: row({ shape: ResponseShape, translate: respond }),
} as const satisfies CommandRows;
