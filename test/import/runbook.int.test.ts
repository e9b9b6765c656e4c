/**
 * The owner of two original servers has moved by the evening: docs/migrating.md, typed as it stands there. In a short form;
 * DRAGOMAN_TEST_RUNBOOK_MESSAGES says how many messages each old server has, and the times of all steps are told.
 */
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, it, type TestContext } from "node:test";
import {
  OriginchatsClient,
  type OriginchatsMessage,
  type OriginchatsPacket,
} from "../support/originchats-client.ts";
import { type RoturStand, startRotur } from "../support/rotur.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { bareEnvironment, freshSettings } from "../up/program.ts";
import { oldPassword, padded } from "./folder.ts";
import { idOf, makeOriginchats } from "./made-originchats.ts";
import { makeSockchat } from "./made-sockchat.ts";
import { type Box, boxesOf, Terminal } from "./page.ts";

const code = resolve(import.meta.dirname, "..", "..", "..");
const usualMessages = 3_000;
const messages = Number(process.env["DRAGOMAN_TEST_RUNBOOK_MESSAGES"] ?? usualMessages);
const sizes = { people: 40, messages, attachmentsBytes: 300_000 };
/** Said on the old servers between the bulk and the switch. */
const lateMessages = 25;
/** As many as one page has at most. */
const pageLines = 200;
/** What one command may take where the machine is busy. */
const commandMs = 300_000 + messages * 20;

let home = "";
let site: SiteStand;
let rotur: RoturStand;
let settings: Readonly<Record<string, string>> = {};
const terminals: Terminal[] = [];

before(async () => {
  home = await mkdtemp(join(tmpdir(), "dragoman-runbook-"));
  [site, rotur] = await Promise.all([startSite("sharpchat"), startRotur()]);
  settings = {
    ...(await freshSettings("")),
    DRAGOMAN_ROTUR_URL: rotur.url,
    // It reads everything, as quickly as it can.
    DRAGOMAN_ORIGINCHATS_FLOOD_WARN: "1000000",
    DRAGOMAN_ORIGINCHATS_FLOOD_CLOSE: "1000000",
  };
  await symlink(code, join(home, "dragoman"));
  await makeOriginchats(join(home, "originchats"), sizes);
  await makeSockchat(join(home, "sockchat.sql"), sizes);
});
after(async () => {
  await Promise.all(terminals.map((terminal) => terminal.end()));
  await Promise.all([site.stop(), rotur.stop()]);
  await rm(home, { recursive: true, force: true });
});

/** The page as it stands, but for the two values that each reader has own ones of. */
async function readPage(): Promise<readonly Box[]> {
  let page = await readFile(join(code, "docs", "migrating.md"), "utf8");
  for (const [from, to] of [
    ["SITE=https://example.org/_sockchat", `SITE=${site.base}`],
    ["SECRET='the secret that site and chat share'", `SECRET='${siteSecret}'`],
  ] as const) {
    assert.ok(page.includes(from), `the page says ${from}`);
    page = page.replace(from, to);
  }
  return boxesOf(page);
}

function open(): Terminal {
  const { DRAGOMAN_DATA_DIR: _, ...own } = settings;
  const terminal = new Terminal({ ...bareEnvironment(), ...own, HOME: home }, home);
  terminals.push(terminal);
  return terminal;
}

const holds = (box: Box, words: string): boolean => box.some((each) => each.includes(words));

/** The old servers live on until the switch. @returns the ids of what is said on that of OriginChats */
async function liveOn(): Promise<readonly string[]> {
  const said = Array.from({ length: lateMessages }, (_, n) => ({
    id: idOf(3, n),
    user: "rotur4",
    content: `late ${n}`,
    timestamp: 1_700_000_000 + n,
  }));
  const lines = said.map((message) => `${padded(message)}\n`).join("");
  // What was cut off there has become a line of its own.
  await appendFile(join(home, "originchats", "db", "channels", "channel-0.json"), `\n${lines}`);
  await makeSockchat(join(home, "sockchat.sql"), { ...sizes, messages: messages + lateMessages });
  return said.map(({ id }) => id);
}

/** Of both servers, under one name. */
const mapped = { number: 3, name: "" };

/** What the owner knows: this one of Sock Chat is that one of OriginChats. */
async function fillIn(): Promise<void> {
  const path = join(home, "house", "people.csv");
  const rows = (await readFile(path, "utf8")).split("\r\n");
  const at = rows.findIndex((row) => new RegExp(`,[a-z]+${mapped.number},`).test(row));
  const [person = "", name = "", becomes, suggestion = ""] = rows[at]?.split(",") ?? [];
  assert.deepEqual([becomes, suggestion], ["", name], rows.slice(0, 5).join("\n"));
  mapped.name = name;
  rows[at] = [person, name, name, suggestion, ""].join(",");
  await writeFile(path, rows.join("\r\n"));
}

const onOriginchats = (): Promise<OriginchatsClient> =>
  OriginchatsClient.connect(Number(settings["DRAGOMAN_ORIGINCHATS_PORT"]));

/** Everything of a channel, the oldest first, as a client reads it: behind each page the next older one. */
async function historyOf(
  client: OriginchatsClient,
  channel: string,
): Promise<OriginchatsMessage[]> {
  const pages: OriginchatsMessage[][] = [];
  for (let start: number | string = 0; ; ) {
    const page: OriginchatsPacket = await client.ask(
      { cmd: "messages_get", channel, start, limit: pageLines },
      60_000,
    );
    const found = page["messages"] as OriginchatsMessage[] | undefined;
    assert.ok(found, JSON.stringify(page));
    client.log.forget();
    const [oldest] = found;
    if (oldest === undefined) return pages.reverse().flat();
    pages.push(found);
    start = oldest.id;
  }
}

/** What is good of a channel's file, in its order. @param known ids that came before, of whichever channel: one comes once */
async function written(
  channel: string,
  known: Set<string>,
): Promise<readonly OriginchatsMessage[]> {
  const path = join(home, "originchats", "db", "channels", `${channel}.json`);
  return (await readFile(path, "utf8")).split("\n").flatMap((line) => {
    const message = parsed(line.trim()) as OriginchatsMessage | undefined;
    if (typeof message?.id !== "string" || known.has(message.id)) return [];
    known.add(message.id);
    return [message];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

interface Old {
  readonly users: Readonly<Record<string, { readonly username: string }>>;
  /** By their names, with the first role that may read each. */
  readonly channels: ReadonlyMap<string, string>;
}

async function readOld(): Promise<Old> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(home, "originchats", "db", name), "utf8"));
  const channels = (await read("channels.json")) as {
    readonly name?: string;
    readonly permissions?: { readonly view: readonly string[] };
  }[];
  return {
    users: (await read("users.json")) as Old["users"],
    channels: new Map(
      channels.flatMap(({ name, permissions }) =>
        name !== undefined && permissions !== undefined
          ? [[name, permissions.view[0] ?? ""] as const]
          : [],
      ),
    ),
  };
}

const nameIn = (old: Old, id: string): string =>
  (old.users[id]?.username ?? id).replace("USR:local_", "");

/** Whose is which role on the old server, by the places of their accounts: the owner's sees no channel of others. */
const holders = { user: 0, vip: 7 } as const;

/** All that the old OriginChats server had, by who could read it, and nothing twice. */
async function checkHistories(old: Old, late: readonly string[]): Promise<void> {
  const readers = new Map<string, OriginchatsClient>();
  for (const [role, at] of Object.entries(holders)) {
    const client = await onOriginchats();
    await client.login(nameIn(old, Object.keys(old.users)[at] ?? ""), oldPassword);
    readers.set(role, client);
  }
  const known = new Set<string>();
  for (const [channel, role] of old.channels) {
    const there = await written(channel, known);
    const reader = readers.get(role);
    assert.ok(reader, role);
    const here = await historyOf(reader, channel);
    assert.deepEqual(
      here.map(({ id }) => id),
      there.map(({ id }) => id),
      channel,
    );
    if (channel === "channel-0") {
      assert.deepEqual(
        here.slice(-lateMessages).map(({ id }) => id),
        late,
      );
    }
    const contents = new Map(here.map(({ id, content, user }) => [id, [content, user]]));
    const plain = there.filter(({ id }) => !isOdd(id)).map((message) => [message.id, message]);
    for (const [id, { content, user }] of plain as [string, OriginchatsMessage][]) {
      assert.deepEqual(contents.get(id), [content, nameIn(old, user)], id);
    }
  }
  for (const reader of readers.values()) reader.socket.terminate();
}

/** One in 997 of the made ones has something wrong with it. */
const isOdd = (id: string): boolean => Number.parseInt(id.slice(-12), 16) % 997 === 996;

/** Everybody is who they were, by their own way in. */
async function checkPeople(old: Old, late: readonly string[]): Promise<void> {
  const [first = ""] = Object.keys(old.users);
  const owner = await onOriginchats();
  const { user } = await owner.login(nameIn(old, first), oldPassword);
  assert.ok((user as { roles: string[] }).roles.includes("owner"));
  assert.equal((await owner.ask({ cmd: "modlog_get" }))["cmd"], "modlog_get");
  const { unreads } = await owner.ask({ cmd: "unreads_get" });
  const marked = (unreads as Record<string, { last_read: unknown }>)["channel-0"];
  assert.equal(marked?.last_read, idOf(1, 0), "where they had read to");
  await checkHistories(old, late);

  const member = await onOriginchats();
  const second = Object.keys(old.users)[2] ?? "";
  const { user: plain } = await member.login(nameIn(old, second), oldPassword);
  assert.equal((plain as { roles: string[] }).roles.includes("owner"), false);

  const byRotur = await onOriginchats();
  const handshake = byRotur.log.entries.find(({ cmd }) => cmd === "handshake");
  const { validator_key } = (handshake?.["val"] ?? {}) as Record<string, unknown>;
  const name = nameIn(old, "rotur4");
  byRotur.send({ cmd: "auth", validator: rotur.validator(String(validator_key), "rotur4", name) });
  const ready = await byRotur.next("ready");
  assert.equal((ready["user"] as { username: string }).username, name);

  const lobby = await historyOf(owner, "Lobby");
  const [chat, welcome] = await fromSite(mapped.number, mapped.name);
  // With the nickname that they had on the other one.
  assert.deepEqual(welcome.slice(1, 4), ["y", "3", "~Nick_3"]);
  chat.send("2", "3", "/join Lobby");
  const newest = new Set(lobby.slice(-20).map(({ content }) => content));
  await chat.log.until("the backlog", () => chat.lines().some(({ text }) => newest.has(text)));
  assert.ok(lobby.length >= messages / 2, `${lobby.length} in the Lobby`);
  assert.ok(
    lobby.some(({ user: who }) => who === mapped.name),
    "what they said there is theirs here",
  );
  for (const client of [owner, member, byRotur, chat]) client.socket.terminate();
}

async function fromSite(id: number, name: string) {
  const token = `token-${id}`;
  site.members.set(token, { id, name, token });
  const client = await SockchatClient.connect(Number(settings["DRAGOMAN_SOCKCHAT_PORT"]));
  client.send("1", String(id), token);
  return [client, await client.next("1")] as const;
}

/** Says how long something took: of large servers at once, since all of it takes minutes. */
function tell(context: TestContext, ms: number, what: string): void {
  const told = `${(ms / 1000).toFixed(1)} s: ${what}`;
  if (messages > usualMessages) console.error(told);
  else context.diagnostic(told);
}

/** Does something, and says how long it took. */
async function timed<T>(context: TestContext, what: string, work: () => Promise<T>): Promise<T> {
  const begunMs = performance.now();
  const done = await work();
  tell(context, performance.now() - begunMs, what);
  return done;
}

/** Types a box, and tells how long each of its commands took. */
async function typeAll(terminal: Terminal, box: Box, context: TestContext): Promise<string> {
  let said = "";
  for (const command of box) {
    const { code: exit, output, ms } = await terminal.type(command, commandMs);
    const [line = ""] = command.split("\n");
    tell(context, ms, line.replace(/ +#.*/, ""));
    assert.equal(exit, 0, `${line}\n${output.slice(-2_000)}`);
    said += output;
  }
  return said;
}

it("moves both servers in by the page's own commands, and everybody finds what was theirs", async (context) => {
  const boxes = await readPage();
  const switching = boxes.findIndex((box) => holds(box, "backup"));
  assert.ok(switching > 0);
  const terminal = open();
  let late: readonly string[] = [];
  for (const [index, box] of boxes.entries()) {
    if (index === switching) late = await liveOn();
    if (box.at(-1) === "dragoman up") {
      const second = open();
      await typeAll(second, box.slice(0, -1), context);
      tell(context, await second.start("dragoman up", "Stop it with", commandMs), "dragoman up");
      continue;
    }
    const said = await typeAll(terminal, box, context);
    if (holds(box, "--dry-run --map")) await fillIn();
    if (index === switching) {
      assert.match(said, new RegExp(` ${lateMessages} brought, `), said);
      const old = await readOld();
      await timed(context, "(looked at what came)", () => checkPeople(old, late));
    }
  }
  // What the rest of the page has done since, imports that were run again among it, has doubled nothing.
  const old = await readOld();
  await timed(context, "(looked once more)", () => checkHistories(old, late));
});
