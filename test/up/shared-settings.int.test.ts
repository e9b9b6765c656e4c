/** The settings that all processes share, put by an operator: seven processes, one of them with a value of its own. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CommandId } from "@dragoman/bus-schema";
import { readShared, SharedStore } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { ProcessPart } from "../support/part.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";
import { outcome } from "./program.ts";

let stack: Stack;
let settings: Record<string, string> = {};
let folder = "";
let parts: readonly ProcessPart[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-shared-"));
  stack = await startStack({
    cores: 2,
    originchats: 2,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { logLevel: "info" },
  });
  await stack.add("originchats", { config: { server: { motd: "of its own" } } });
  parts = [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);
  const { user, password } = stack.nats.credentials("operator");
  settings = {
    DRAGOMAN_NATS_URL: stack.nats.url,
    DRAGOMAN_NATS_USER: user,
    DRAGOMAN_NATS_PASSWORD: password,
  };
});
after(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Put {
  readonly revision: number;
  readonly changes: readonly { readonly text: string; readonly followed: boolean }[];
  readonly processes: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly why?: string;
    readonly own: readonly string[];
    readonly restart: readonly string[];
    readonly unknown: readonly string[];
  }[];
}

async function put(yaml: string, ...options: string[]): Promise<{ code: number | null; put: Put }> {
  const path = join(folder, "shared.yaml");
  await writeFile(path, yaml);
  const { code, stdout, stderr } = await outcome(
    ["config", "put", path, "--json", ...options],
    settings,
  );
  assert.notEqual(stdout, "", stderr);
  return { code, put: JSON.parse(stdout) as Put };
}

const revision = async (): Promise<number> =>
  (await readShared(stack.operator.coreBus, community))?.revision ?? 0;
const revisionsOf = (): Promise<readonly number[]> =>
  Promise.all(parts.map((part) => part.metric("dragoman_shared_settings_revision")));
const allAt = async (wanted: number): Promise<void> => {
  await eventually(20_000, `all at revision ${wanted}`, async () =>
    (await revisionsOf()).every((each) => each === wanted),
  );
};

/** Whether somebody may say so many characters at a gateway. */
async function takes(client: OriginchatsClient, length: number): Promise<boolean> {
  const text = `${"x".repeat(length - 8)}${Math.random().toFixed(6)}`;
  const answer = await client.ask({ cmd: "message_new", channel: "general", content: text });
  return answer["cmd"] !== "error";
}

test("every process takes what is put, says so value by value, and goes by it", async () => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "ada");
  assert.equal(await takes(ada, 150), true);
  const dry = await put("limits: { postContent: 100 }\n", "--dry-run");
  assert.deepEqual([dry.code, dry.put.revision, dry.put.processes], [0, 0, []]);
  assert.equal(await revision(), 0);

  const first = await put(
    "limits: { postContent: 100 }\nserver: { motd: of all }\nsockchat: { imageTags: true }\n",
  );
  assert.equal(first.code, 0, JSON.stringify(first.put));
  assert.equal(first.put.revision, 1);
  assert.deepEqual(first.put.changes, [
    { key: "limits.postContent", text: "limits.postContent: not shared → 100", followed: true },
    { key: "server.motd", text: "server.motd: not shared → of all", followed: true },
    { key: "sockchat.imageTags", text: "sockchat.imageTags: not shared → true", followed: false },
  ]);
  const { processes } = first.put;
  assert.equal(processes.length, parts.length);
  assert.ok(
    processes.every((each) => each.outcome === "taken"),
    JSON.stringify(processes),
  );
  assert.ok(processes.every((each) => each.restart.join() === "sockchat.imageTags"));
  assert.deepEqual(processes.map(({ own }) => own.join()).sort(), [
    ...Array.from({ length: parts.length - 1 }, () => ""),
    "server.motd",
  ]);
  assert.deepEqual(
    await revisionsOf(),
    parts.map(() => 1),
  );
  for (const part of parts) {
    assert.match(part.output(), /"limits\.postContent: 2000 → 100"/, part.name);
    assert.match(part.output(), /"settings":\["sockchat\.imageTags: false → true"\]/, part.name);
  }
  assert.equal(await takes(ada, 150), false);

  const { stdout } = await outcome(["audit", "--limit", "1", "--json"], settings);
  const { act, actor, details } = JSON.parse(stdout);
  assert.deepEqual([act, actor, details.revision], ["server.signalled", "operator", 1]);
  assert.ok(details.changes.includes("limits.postContent: not shared → 100"), stdout);
  const shown = await outcome(["config", "show", "--changed", "--json"], settings);
  const found = JSON.parse(shown.stdout) as {
    settings: { name: string; origin: string }[];
    unread: null;
  };
  const origin = found.settings.find(({ name }) => name === "DRAGOMAN_LIMITS_POST_CONTENT")?.origin;
  assert.deepEqual([origin, found.unread], ["shared", null]);
  await ada.close();
});

test("one wrong value refuses the whole", async () => {
  const before = await revision();
  const path = join(folder, "refused.yaml");
  await writeFile(path, "limits: { postContent: 120, burstLimit: -3 }\n");
  const { code, stdout, stderr } = await outcome(["config", "put", path], settings);
  assert.deepEqual([code, stdout], [2, ""], stderr);
  assert.match(stderr, /limits\.burstLimit in the shared settings: -3 is not a whole number/);
  // And by the leader, where a command of another version has let it through.
  const bad = { limits: { burstLimit: -3 } };
  const body = { type: "server.configure", settings: bad, expected: before } as const;
  const answer = await stack.operator.command(body);
  assert.equal(answer.ok, false);
  assert.match(JSON.stringify(answer), /-3 is not a whole number/);
  assert.equal(await revision(), before);
});

test("who comes second with what he saw before overwrites nobody", async () => {
  const { stdout: seen } = await outcome(["config", "get"], settings);
  assert.match(seen, /^# revision 1 of .*\nlimits:\n {2}postContent: 100\n/);
  const other = await put(seen.replace("postContent: 100", "postContent: 110"));
  assert.deepEqual([other.code, other.put.revision], [0, 2]);
  const path = join(folder, "late.yaml");
  await writeFile(path, seen.replace("postContent: 100", "postContent: 120"));
  const late = await outcome(["config", "put", path], settings);
  assert.equal(late.code, 1);
  assert.match(late.stderr, /follows revision 1, and 2 holds by now/);
  // The leader itself refuses it, too, where two look at the same moment.
  const command = { type: "server.configure", settings: {}, expected: 1 } as const;
  const answer = await stack.operator.command(command);
  assert.equal(answer.ok, false);
  assert.equal(await revision(), 2);
  const back = await outcome(["config", "rollback", "--json"], settings);
  assert.equal(back.code, 0, back.stderr);
  assert.deepEqual(JSON.parse(back.stdout).changes[0].text, "limits.postContent: 110 → 100");
  const history = await outcome(["config", "history", "--json"], settings);
  const lines = history.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.revision),
    [3, 2, 1],
  );
  assert.deepEqual(lines[1].changes, ["limits.postContent: 100 → 110"]);
});

test("NATS dies and a gateway is killed meanwhile: all have the newest afterwards, and who starts has what waits", async () => {
  const [sockchat] = stack.sockchat.map(asProcess);
  assert.ok(sockchat);
  await sockchat.kill();
  await stack.nats.kill();
  const path = join(folder, "shared.yaml");
  await writeFile(path, "limits: { postContent: 130 }\nsockchat: { imageTags: true }\n");
  const away = await outcome(["config", "put", path], settings);
  assert.deepEqual([away.code, away.stdout], [4, ""], away.stderr);
  await stack.nats.start();
  await eventually(30_000, "the put", async () => {
    const { stderr } = await outcome(["config", "put", path], settings);
    return (await revision()) === 4 || stderr;
  });
  sockchat.start();
  await sockchat.ready();
  await allAt(4);
  const status = await outcome(["status", "--json"], settings);
  const { wrong } = JSON.parse(status.stdout) as { wrong: string[] };
  const waiting = wrong.filter((line) => line.includes("waits for a restart"));
  // All but the one that was started anew.
  assert.equal(waiting.length, parts.length - 1, status.stdout);
  assert.ok(
    waiting.every((line) => line.startsWith("settings: ") && line.endsWith("sockchat.imageTags")),
  );
});

test("a revision that came past the check is refused whole, said, and mended by the next", async () => {
  const { coreBus } = stack.operator;
  const bad = { limits: { postContent: "many", burstLimit: 3 } };
  const store = await SharedStore.open(coreBus, community);
  assert.equal(await store.put(bad, "test" as CommandId, 4), 5);
  for (const part of parts) {
    await eventually(
      20_000,
      `${part.name} refuses`,
      async () => (await part.metric("dragoman_shared_settings_refused")) === 1,
    );
    assert.equal(await part.metric("dragoman_shared_settings_revision"), 4);
    const ready = await fetch(`http://127.0.0.1:${part.healthPort}/readyz`);
    assert.equal(ready.status, 200);
    assert.match(
      await ready.text(),
      /revision 5 is refused: limits\.postContent in the shared settings: \\"many\\"/,
    );
  }
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "ada");
  assert.deepEqual([await takes(ada, 125), await takes(ada, 135)], [true, false]);
  await ada.close();
  const status = await outcome(["status"], settings);
  assert.equal(status.code, 1);
  assert.match(
    status.stdout,
    /settings: leader refuses revision 5 and goes on with 4: limits\.postContent/,
  );

  // A process that starts meanwhile has none to go on with but its own.
  const late = asProcess(await stack.add("sockchat"));
  assert.equal(await late.metric("dragoman_shared_settings_revision"), 0);
  parts = [...parts, late];
  const mended = await put("limits: { postContent: 140 }\n");
  assert.deepEqual([mended.code, mended.put.revision], [0, 6], JSON.stringify(mended.put));
  await allAt(6);
  for (const part of parts) assert.equal(await part.metric("dragoman_shared_settings_refused"), 0);
});

test("a process goes on with a setting that its version does not know, and says so", async () => {
  const { coreBus } = stack.operator;
  const newer = { limits: { postContent: 150, tomorrow: 1 }, later: { much: 2 } };
  const store = await SharedStore.open(coreBus, community);
  const next = await store.put(newer, "test" as CommandId, await revision());
  assert.ok(next);
  await allAt(next);
  for (const part of parts) {
    assert.match(part.output(), /"unknown":\["limits\.tomorrow","later\.much"\]/, part.name);
  }
});
