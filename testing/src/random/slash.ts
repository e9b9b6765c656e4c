/** Commands about voice, slash commands and notifications for the laws of the core, made from numbers. */
import type { SessionId } from "@dragoman/bus-schema";
import type { Body } from "@dragoman/core/decider";
import type { Community } from "../community.ts";
import { type Makers, pick } from "./make.ts";

const channelOf = (community: Community, n: number) =>
  pick(community.state.channels.keys(), n) ?? community.place("general").channelId;

const voiceOf = (community: Community, n: number) =>
  [...community.state.channels.values()].find(({ kind }) => kind === "voice")?.channelId ??
  channelOf(community, n);

/** The name of a command that there is, if there is any. */
function registered(community: Community, n: number): string {
  const sets = [...community.state.slashes.values()];
  return (
    pick(
      sets.flatMap(({ commands }) => commands.map(({ name }) => name)),
      n,
    ) ?? "roll0"
  );
}

/** Who has been called by what a command answers: another may try to answer, but seldom does. */
export function calledBy(community: Community, body: Body): SessionId | undefined {
  if (body.type !== "slash.respond") return undefined;
  const calls = [...community.state.calls.values()].map(({ call }) => call);
  return calls.find(({ name, invokerId }) => name === body.name && invokerId === body.invoker)
    ?.handlerSessionId;
}

/** What people and programs ask about voice, slash commands and notifications. */
export const gathered = {
  "channel.create of a voice channel": (_, a) => ({
    type: "channel.create",
    kind: "voice",
    name: `lounge${a % 2}`,
    permissions: { view: [a % 3 === 0 ? "gamer" : "user"], send: ["user"] },
  }),
  "voice.join": (community, a, b) => ({
    type: "voice.join",
    channelId: a % 4 === 0 ? channelOf(community, b) : voiceOf(community, b),
    peerId: `p${b}`,
  }),
  "voice.leave or voice.mute": (_, a) =>
    a % 3 === 0 ? { type: "voice.leave" } : { type: "voice.mute", muted: a % 2 === 0 },
  "slash.register": (_, a, b, c) => ({
    type: "slash.register",
    commands: [
      {
        name: `roll${a % 3}`,
        description: "",
        options: [{ name: "n", description: "", type: "int", required: b % 3 === 0 }],
        ephemeral: c % 2 === 0,
        ...(c % 5 === 0 ? { whitelistRoles: ["moderator"] } : {}),
        ...(c % 7 === 0 ? { blacklistRoles: ["user"] } : {}),
      },
    ],
  }),
  "slash.call": (community, a, b) => ({
    type: "slash.call",
    channelId: community.place("general").channelId,
    name: b % 7 === 0 ? `roll${a % 3}` : registered(community, a),
    args: b % 3 === 0 ? { n: b % 2 === 0 ? 6 : "six" } : {},
  }),
  "slash.respond": (community, a, b) => {
    const live = pick(community.state.calls.values(), a);
    return {
      type: "slash.respond",
      channelId: live?.call.channelId ?? channelOf(community, b),
      name: live?.call.name ?? "roll0",
      ...(live === undefined ? {} : { invoker: live.call.invokerId }),
      content: { text: "answer", markup: "markdown" },
    };
  },
  "push.subscribe": (_, a) => ({
    type: "push.subscribe",
    endpoint: `e${a % 5}`,
    p256dh: "p",
    auth: "a",
  }),
  "push.unsubscribe": (_, a) => ({ type: "push.unsubscribe", endpoint: `e${a % 5}` }),
} satisfies Makers;
