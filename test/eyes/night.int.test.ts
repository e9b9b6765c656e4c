/**
 * A night of whoever runs a house: what goes wrong is seen and mended by the commands of `dragoman`, and each step is looked
 * for in metrics, in logs and in what the alerts of deploy/monitoring ask.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { parse } from "yaml";
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { ProcessPart } from "../support/part.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";
import { freshSettings, outcome, type Program, run } from "../up/program.ts";

/** Short, so that what is silent is soon known to be gone. */
const rhythm = { letGoMs: 3_000, gatewayMs: 5_000 };
/** Small, so that it is soon nearly full. */
const journalBytes = 4_000_000;
const limitMs = 40_000;

let stack: Stack;
let folder = "";
let operator: Record<string, string> = {};
let watch: Program;
let ada: OriginchatsClient;
let parts: readonly ProcessPart[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragoman-night-"));
  stack = await startStack({
    cores: 2,
    originchats: 2,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: {
      logLevel: "info",
      journal: rhythm,
      storage: { journalBytes },
      limits: { messagesPerMinute: 60, burstLimit: 10 },
    },
  });
  parts = [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);
  operator = settingsOf("operator");
  ada = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "ada");
  watch = run(["status", "--watch", "--every", "1", "--json"], operator);
});
after(async () => {
  watch?.child.kill("SIGTERM");
  await watch?.ended;
  for (const part of parts) part.resume();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

function settingsOf(user: "operator" | "core"): Record<string, string> {
  const { user: name, password } = stack.nats.credentials(user);
  return {
    DRAGOMAN_NATS_URL: stack.nats.url,
    DRAGOMAN_NATS_USER: name,
    DRAGOMAN_NATS_PASSWORD: password,
    DRAGOMAN_JOURNAL_LET_GO_MS: String(rhythm.letGoMs),
    DRAGOMAN_JOURNAL_GATEWAY_MS: String(rhythm.gatewayMs),
  };
}

/** What a command prints. */
async function done(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await outcome(words, operator);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

interface Status {
  readonly term: number | null;
  readonly processes: readonly { readonly name: string }[];
  readonly wrong: readonly string[];
}

/** Waits until the operator who watches sees it. */
function seen(what: string, isSo: (status: Status) => boolean): Promise<Status> {
  return eventually(limitMs, what, () => {
    const lines = watch.stdout().trimEnd().split("\n");
    const last = lines.findLast((line) => line.endsWith("}"));
    const status = last === undefined ? undefined : (JSON.parse(last) as Status);
    return status !== undefined && isSo(status) ? status : undefined;
  });
}

const gatewaysIn = ({ processes }: Status): number =>
  processes.filter(({ name }) => name.startsWith("originchats_")).length;

type Scrape = string | null;

/** As Prometheus scrapes each process; null: it does not answer. */
const scrape = (): Promise<readonly Scrape[]> =>
  Promise.all(
    parts.map(async ({ healthPort }) => {
      try {
        const signal = AbortSignal.timeout(2_000);
        return await (await fetch(`http://127.0.0.1:${healthPort}/metrics`, { signal })).text();
      } catch {
        // That is what `up` is for.
        return null;
      }
    }),
  );

function samples(name: string, scrapes: readonly Scrape[]): readonly number[] {
  if (name === "up") return scrapes.map((text) => (text === null ? 0 : 1));
  return scrapes.flatMap((text) =>
    (text ?? "").split("\n").flatMap((line) => {
      const [of = "", value] = line.split(/ (?=[^ ]+$)/);
      return of === name || of.startsWith(`${name}{`) ? [Number(value)] : [];
    }),
  );
}

const alerts = new Map<string, string>(
  (
    parse(readFileSync("deploy/monitoring/alerts.yml", "utf8")) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    }
  ).groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
);

/** Whether an alert's expression holds at this moment; for those that compare a level with a number. */
function holds(alert: string, scrapes: readonly Scrape[]): boolean {
  const expr = alerts.get(alert) ?? "";
  const [, left = "", comparison = "", right = ""] = /^(.*) (<|>|==) ([0-9.]+)$/.exec(expr) ?? [];
  const [, by = "", name = ""] =
    /^\(?(sum|max)?(?: by \([a-z]+\) )?\(?([a-z_]+)(?:\{[^}]*\})?\)?/.exec(left) ?? [];
  const found = samples(name, scrapes);
  const values = by === "sum" ? [found.reduce((sum, each) => sum + each, 0)] : found;
  assert.ok(name !== "" && values.length > 0, `${alert}: ${expr}`);
  const limit = Number(right);
  return values.some((value) =>
    comparison === "<" ? value < limit : comparison === ">" ? value > limit : value === limit,
  );
}

/** Waits until exactly these of the looked-at alerts would fire. */
async function firing(...wanted: readonly string[]): Promise<void> {
  const looked = [
    "DragomanProcessDown",
    "DragomanNobodyLeads",
    "DragomanTwoLead",
    "DragomanJournalNearlyFull",
    "DragomanSettingsRefused",
  ];
  let found: readonly string[] = [];
  await eventually(limitMs, `alerts: ${wanted.join() || "none"}`, async () => {
    const scrapes = await scrape();
    found = looked.filter((alert) => holds(alert, scrapes));
    return found.join() === wanted.join() || found.join();
  });
  assert.deepEqual(found, wanted);
}

/** Says something. @returns why it is refused; "" where everybody hears it */
async function refusal(client: OriginchatsClient, content: string): Promise<string> {
  const answer = await client.ask({ cmd: "message_new", channel: "general", content });
  return answer["cmd"] === "message_new" ? "" : JSON.stringify(answer);
}

test("the house is up: one status says so, and no alert fires", async () => {
  const status = JSON.parse(await done("status", "--json")) as Status;
  assert.deepEqual(status.processes.map(({ name }) => name.replace(/[_ ].*/, "")).sort(), [
    "core",
    "leader",
    "originchats",
    "originchats",
    "sockchat",
  ]);
  await firing();
});

test("a gateway dies: it is missed, its people come in at the other, and it comes back", async () => {
  const [, second] = stack.originchats.map(asProcess);
  assert.ok(second);
  const there = await OriginchatsClient.signIn(portOf(stack.originchats, 1), "olga");
  await second.kill();
  await there.closed();
  await firing("DragomanProcessDown");
  const here = await OriginchatsClient.signIn(portOf(stack.originchats, 0), "olga");
  assert.equal(await refusal(here, "here I am again"), "");
  await ada.sees("here I am again");
  await seen("one gateway fewer", (status) => gatewaysIn(status) === 1);
  second.start();
  await second.ready();
  await seen("both gateways", (status) => gatewaysIn(status) === 2);
  await firing();
});

test("somebody is banned: out at once, in the log and in the audit log, and not in again", async () => {
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  await done("user", "ban", "ben", "--for", "1h", "--reason", "a bad night");
  await ben.closed();
  const entry = JSON.parse(await done("audit", "--act", "moderation.banned", "--json"));
  assert.deepEqual(
    [entry.target, entry.actor, entry.details.reason],
    ["ben", "operator", "a bad night"],
  );
  const logs = stack.cores.map((part) => asProcess(part).output()).join("");
  assert.match(logs, /"msg":"banned"/);
  await assert.rejects(SockchatClient.signIn(portOf(stack.sockchat), "ben"));
});

test("the same person is erased: asked for once more, then in no list, and the entry names nobody", async () => {
  const asked = await outcome(["user", "erase", "ben"], operator);
  assert.equal(asked.code, 2, asked.stderr);
  assert.match(asked.stderr, /--yes/);
  const erased = JSON.parse(await done("user", "erase", "ben", "--yes", "--json"));
  assert.equal(erased.done, true);
  const shown = await outcome(["user", "show", "ben"], operator);
  assert.equal(shown.code, 1, shown.stdout);
  assert.equal((await done("user", "list")).includes("ben"), false);
  const entry = JSON.parse(await done("audit", "--act", "user.erased", "--json"));
  assert.deepEqual([entry.actor, JSON.stringify(entry).includes("ben")], ["operator", false]);
  await firing();
});

test("a limit is changed while all run, and taken back", async () => {
  const path = join(folder, "shared.yaml");
  await writeFile(path, "limits: { messagesPerMinute: 2, burstLimit: 0 }\n");
  const put = await done("config", "put", path);
  assert.equal(
    put.split("\n").filter((line) => line.endsWith(": taken")).length,
    parts.length,
    put,
  );
  assert.equal(await refusal(ada, "one"), "");
  assert.equal(await refusal(ada, "two"), "");
  assert.match(await refusal(ada, "three"), /rate_limit/);
  const limited = (await scrape()).map((text) => samples("dragoman_core_limited_total", [text]));
  assert.ok(
    limited.flat().some((count) => count > 0),
    JSON.stringify(limited),
  );
  await writeFile(path, "limits: { messagesPerMinute: 0, burstLimit: 0, postContent: 10000 }\n");
  await done("config", "put", path);
  assert.equal(await refusal(ada, "four"), "");
  await firing();
});

test("the leader hangs: another leads, nothing is lost, and the first follows when it wakes", async () => {
  const before = JSON.parse(await done("status", "--json")) as Status;
  const cores = stack.cores.map(asProcess);
  const leads = await Promise.all(cores.map((core) => core.metric("dragoman_core_leading")));
  const hung = cores[leads.indexOf(1)];
  const other = cores[leads.indexOf(0)];
  assert.ok(hung !== undefined && other !== undefined, String(leads));
  hung.suspend();
  await eventually(
    limitMs,
    "another leader",
    async () => (await other.metric("dragoman_core_leading")) === 1,
  );
  assert.equal(await refusal(ada, "while it hangs"), "");
  await seen("a new term", ({ term }) => (term ?? 0) > (before.term ?? 0));
  await firing("DragomanProcessDown");
  assert.match(other.output(), /"msg":"leading"/);
  hung.resume();
  await eventually(
    limitMs,
    "it follows",
    async () => (await hung.metric("dragoman_core_leading")) === 0,
  );
  await firing();
});

test("the journal fills up: it is said before it is full", async () => {
  const alert = "DragomanJournalNearlyFull";
  while (!holds(alert, await scrape())) {
    const texts = Array.from({ length: 20 }, (_, n) => `${n} ${"x".repeat(9_900)}`);
    const refusals = await Promise.all(texts.map((text) => refusal(ada, text)));
    assert.deepEqual([...new Set(refusals)], [""]);
  }
  const { wrong } = await seen("a word of it", (status) =>
    status.wrong.some((line) => line.startsWith("journal: ")),
  );
  assert.ok(wrong.length > 0);
});

test("a backup of it is whole, and goes into another house", async () => {
  assert.equal(await refusal(ada, "the last word of the night"), "");
  const path = join(folder, "night.backup");
  const taken = await outcome(["backup", path], settingsOf("core"));
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal((await outcome(["verify", path], operator)).code, 0);
  const elsewhere = await freshSettings(join(folder, "elsewhere"));
  const restored = await outcome(["restore", path], elsewhere);
  assert.equal(restored.code, 0, restored.stderr);
});
