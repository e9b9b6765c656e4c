/**
 * Nobody receives anything of a channel that they may not view, also right after roles or permissions change: runs
 * of random acts on both protocols, held against a small model. `npm run model` makes many more of them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stackForTests } from "../support/test-stack.ts";
import { extraRoles, people } from "./audience-model.ts";
import { World } from "./audience-world.ts";

const home = stackForTests({
  config: {
    limits: { messagesPerMinute: 0, burstLimit: 0, loginAttempts: 1_000_000 },
    originchats: { floodWarn: 1_000_000, floodClose: 1_000_000 },
    sockchat: { floodWarn: 1_000_000, floodKick: 1_000_000 },
  },
});

const lists = [["user"], ["red"], ["blue"], ["red", "blue"], ["user", "!red"], ["owner"]];
const held = [["user"], ["red", "user"], ["user", "blue"], [...extraRoles, "user"]];

const kinds = ["forum", "text", "voice", "text", "text"] as const;

type Act = (world: World, a: number, b: number) => Promise<void>;
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;

/** A person's act in a room, where there is one. */
const inRoom =
  (what: "thread" | "post" | "read" | "typing" | "walk" | "call" | "admit"): Act =>
  async (world, a, b) => {
    const room = world.model.room(b);
    const name = pick(people, a);
    if (room !== undefined) await world.step(what, name, () => world[what](name, room));
  };
const onMessage =
  (kind: "edit" | "delete" | "react"): Act =>
  (world, a, b) => {
    const name = pick(people, a);
    return world.step(kind, name, () => world.touch(kind, name, b));
  };

const acts: Readonly<Record<string, Act>> = {
  assign: (world, a, b) =>
    world.step("a change of roles", undefined, () => world.assign(pick(people, a), pick(held, b))),
  create: (world, a, b) =>
    world.model.rooms.length < 6
      ? world.step("a new channel", undefined, () => world.create(pick(kinds, a), pick(lists, b)))
      : Promise.resolve(),
  permit: async (world, a, b) => {
    const room = world.model.room(a);
    if (room !== undefined) {
      await world.step("a change of lists", undefined, () => world.permit(room, pick(lists, b)));
    }
  },
  rename: (world, a) =>
    world.step("a role's new name", undefined, () => world.rename(pick(extraRoles, a))),
  raise: async (world, a, b) => {
    const room = world.model.room(a);
    if (room !== undefined) {
      await world.step("a minimum rank", undefined, () =>
        world.raise(room, pick([0, 1, 0, 2, 1], b)),
      );
    }
  },
  lock: async (world, a, b) => {
    const room = world.model.room(a);
    if (room !== undefined) {
      await world.step("a password", undefined, () => world.lock(room, b % 2 === 0));
    }
  },
  remove: async (world, a) => {
    const room = world.model.room(a);
    if (room !== undefined) {
      await world.step("a channel's end", undefined, () => world.remove(room));
    }
  },
  ban: (world, a) => {
    const name = pick(people, a);
    return world.step("a ban", undefined, () => world.ban(name));
  },
  whisper: (world, a, b) => {
    const name = pick(people, a);
    return world.step("a whisper", name, () => world.whisper(name, pick(people, b)));
  },
  thread: inRoom("thread"),
  post: inRoom("post"),
  read: inRoom("read"),
  typing: inRoom("typing"),
  walk: inRoom("walk"),
  call: inRoom("call"),
  admit: inRoom("admit"),
  edit: onMessage("edit"),
  delete: onMessage("delete"),
  react: onMessage("react"),
};

/** How often each act is chosen. */
const weights: readonly (readonly [keyof typeof acts, number])[] = [
  ["assign", 4],
  ["create", 8],
  ["permit", 4],
  ["rename", 1],
  ["raise", 1],
  ["lock", 2],
  ["admit", 4],
  ["call", 4],
  ["remove", 1],
  ["ban", 1],
  ["thread", 3],
  ["post", 16],
  ["read", 2],
  ["typing", 2],
  ["walk", 4],
  ["whisper", 2],
  ["edit", 2],
  ["delete", 1],
  ["react", 3],
];

const run = fc.array(
  fc.tuple(
    fc.oneof(...weights.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
    fc.nat(30),
    fc.nat(30),
  ),
  { minLength: 15, maxLength: 60, size: "max" },
);

test("nobody receives anything of a channel that they may not view", async (t) => {
  const numRuns = Number(process.env["DRAGOMAN_TEST_MODEL_RUNS"] ?? 20);
  const seed = Number(process.env["DRAGOMAN_TEST_SEED"] ?? Date.now() % 2 ** 31);
  t.diagnostic(`DRAGOMAN_TEST_SEED=${seed}, ${numRuns} runs`);
  const world = new World(home);
  await world.open();
  let steps = 0;
  // Shrinking ends with it as well: what was found by then is told.
  const interruptAfterTimeLimit = numRuns * 2_000 + 20_000;
  const failures: string[] = [];
  const property = fc.asyncProperty(run, async (sequence) => {
    try {
      await world.reset();
      for (const [kind, a, b] of sequence) {
        await acts[kind]?.(world, a, b);
        steps += 1;
      }
    } catch (error) {
      if (failures.length === 0) process.stderr.write(`first failure: ${String(error)}\n`);
      failures.push(String(error));
      throw error;
    }
  });
  await fc.assert(property, { seed, numRuns, includeErrorInReport: true, interruptAfterTimeLimit });
  t.diagnostic(`${steps} steps, ${world.heard} words received by those who might`);
  assert.ok(world.heard > steps, "the watchers hear what is for them");
});
