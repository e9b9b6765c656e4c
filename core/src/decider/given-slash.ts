/** Commands about voice, slash commands and notifications for the laws of the core, made from numbers. */
import type { SessionId } from "@dragoman/bus-schema";
import type { Body } from "./contract.ts";
import type { House } from "./given.ts";

type Make = (house: House, a: number, b: number, c: number) => Body;

function nth<T>(from: Iterable<T>, n: number): T | undefined {
  const all = [...from];
  return all[n % Math.max(1, all.length)];
}

const channelOf = (house: House, n: number) =>
  nth(house.state.channels.keys(), n) ?? house.place("general").channelId;

const voiceOf = (house: House, n: number) =>
  [...house.state.channels.values()].find(({ kind }) => kind === "voice")?.channelId ??
  channelOf(house, n);

/** The name of a command that there is, if there is any. */
function registered(house: House, n: number): string {
  const sets = [...house.state.slashes.values()];
  return (
    nth(
      sets.flatMap(({ commands }) => commands.map(({ name }) => name)),
      n,
    ) ?? "roll0"
  );
}

/** Who has been called by what a command answers: another may try to answer, but seldom does. */
export function calledBy(house: House, body: Body): SessionId | undefined {
  if (body.type !== "slash.respond") return undefined;
  const calls = [...house.state.calls.values()].map(({ call }) => call);
  return calls.find(({ name, invokerId }) => name === body.name && invokerId === body.invoker)
    ?.handlerSessionId;
}

/** What people and programs ask about voice, slash commands and notifications. */
export const gathered: readonly Make[] = [
  (_, a) => ({
    type: "channel.create",
    kind: "voice",
    name: `lounge${a % 2}`,
    permissions: { view: [a % 3 === 0 ? "gamer" : "user"], send: ["user"] },
  }),
  (house, a, b) => ({
    type: "voice.join",
    channelId: a % 4 === 0 ? channelOf(house, b) : voiceOf(house, b),
    peerId: `p${b}`,
  }),
  (_, a) => (a % 3 === 0 ? { type: "voice.leave" } : { type: "voice.mute", muted: a % 2 === 0 }),
  (_, a, b, c) => ({
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
  (house, a, b) => ({
    type: "slash.call",
    channelId: house.place("general").channelId,
    name: b % 7 === 0 ? `roll${a % 3}` : registered(house, a),
    args: b % 3 === 0 ? { n: b % 2 === 0 ? 6 : "six" } : {},
  }),
  (house, a, b) => {
    const live = nth(house.state.calls.values(), a);
    return {
      type: "slash.respond",
      channelId: live?.call.channelId ?? channelOf(house, b),
      name: live?.call.name ?? "roll0",
      ...(live === undefined ? {} : { invoker: live.call.invokerId }),
      content: { text: "answer", markup: "markdown" },
    };
  },
  (_, a) => ({ type: "push.subscribe", endpoint: `e${a % 5}`, p256dh: "p", auth: "a" }),
  (_, a) => ({ type: "push.unsubscribe", endpoint: `e${a % 5}` }),
];
