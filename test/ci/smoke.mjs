/**
 * What a newcomer does, in a fresh clone: `npm start`, a message each way over two real sockets, a ban each way,
 * kill -9, start again, stop. Plain JavaScript, for nothing is compiled when it begins.
 *
 *   node test/ci/smoke.mjs <clone> <data folder>
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join, resolve } from "node:path";

const [clone = ".", dataDir = "data"] = process.argv.slice(2).map((path) => resolve(path));
const startMs = 600_000;
const stopMs = 10_000;
const packetMs = 15_000;

/** Waits until `probe` gives something truthy; there is nobody who tells of these changes. */
async function until(what, limitMs, probe) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}

async function timed(what, work) {
  const begun = performance.now();
  const value = await work();
  console.log(`${what}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return value;
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const ports = {
  ORIGINCHATS: await freePort(),
  SOCKCHAT: await freePort(),
  CONSOLE: await freePort(),
  HEALTH: await freePort(),
};
const settings = Object.fromEntries(
  Object.entries(ports).map(([door, port]) => [`DRAGOMAN_${door}_PORT`, String(port)]),
);

/** Living processes whose command line names the data folder. */
function leftovers() {
  const listed = execFileSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" });
  return listed
    .split("\n")
    .filter((line) => line.includes(join(dataDir, "nats")) && !/^\s*Z/.test(line));
}

async function start() {
  const child = spawn("npm", ["start", "--silent"], {
    cwd: clone,
    env: { ...process.env, ...settings, DRAGOMAN_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise((done) => child.once("exit", (code) => done(code)));
  await until("npm start", startMs, () => {
    assert.equal(child.exitCode, null, `npm start ended: ${said}`);
    return said.includes("Stop it with");
  });
  const { pid } = JSON.parse(readFileSync(join(dataDir, "run.json"), "utf8"));
  return { child, ended, pid };
}

/** A socket that remembers all packets. `parse` makes a packet of a frame. */
async function connect(port, parse) {
  const { WebSocket } = createRequire(join(clone, "package.json"))("ws");
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  const packets = [];
  socket.on("message", (frame) => packets.push(parse(frame.toString())));
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  const sees = (what, accept) => until(what, packetMs, () => packets.find(accept));
  const closed = () => until("the socket's end", packetMs, () => socket.readyState === 3);
  return { socket, sees, closed };
}

/** An OriginChats client: JSON frames. `outcome` is the command that answers the login. */
async function originchats(name, outcome = "ready") {
  const client = await connect(ports.ORIGINCHATS, JSON.parse);
  const send = (packet) => client.socket.send(JSON.stringify(packet));
  await client.sees("handshake", ({ cmd }) => cmd === "handshake");
  send({ cmd: "login", username: name, password: "dragoman" });
  await client.sees(`${outcome} for ${name}`, ({ cmd }) => cmd === outcome);
  return { ...client, send };
}

/** A Sock Chat client: fields between tabs. `outcome` y or n answers the login. */
async function sockchat(name, outcome = "y") {
  const client = await connect(ports.SOCKCHAT, (frame) => frame.split("\t"));
  client.socket.send(["1", "Local", name, "dragoman"].join("\t"));
  const [, , number] = await client.sees(
    `the answer ${outcome} to ${name}`,
    ([id, kind]) => id === "1" && kind === outcome,
  );
  const say = (text) => client.socket.send(["2", number, text].join("\t"));
  return { ...client, say };
}

const isMessage = (content) => (packet) =>
  packet.cmd === "message_new" && packet.message.content === content;
/** A live line has its text in field 3, one of the history in field 6. */
const isLine = (text) => (packet) =>
  (packet[0] === "2" && packet[3] === text) || (packet[0] === "7" && packet.includes(text));

process.on("exit", () => {
  const run = join(dataDir, "run.json");
  if (existsSync(run)) process.kill(JSON.parse(readFileSync(run, "utf8")).pid, "SIGKILL");
});

const first = await timed("npm start, nothing installed", start);
await timed("a message and a ban each way", async () => {
  const mona = await originchats("mona");
  const ada = await originchats("ada");
  const ben = await sockchat("ben");
  const olga = await sockchat("olga");
  mona.send({ cmd: "message_new", channel: "general", content: "from <here>" });
  await ben.sees("a message from OriginChats", isLine("from &lt;here&gt;"));
  ben.say("from & there");
  await mona.sees("a message from Sock Chat", isMessage("from & there"));
  mona.send({ cmd: "user_ban", user: "ben" });
  await ben.closed();
  olga.say("/ban ada");
  await ada.closed();
  for (const client of [mona, olga]) client.socket.terminate();
});

process.kill(first.pid, "SIGKILL");
await first.ended;
await until("an end of nats-server after kill -9", stopMs, () => leftovers().length === 0);

const second = await timed("npm start again", start);
await timed("history and bans are there", async () => {
  const olga = await sockchat("olga");
  await olga.sees("yesterday's message", isLine("from &lt;here&gt;"));
  await originchats("ada", "auth_error");
  await sockchat("ben", "n");
  olga.socket.terminate();
});
await timed("stop", async () => {
  second.child.kill("SIGTERM");
  await until("an end after SIGTERM", stopMs, () => {
    const isGone = second.child.exitCode !== null || second.child.signalCode !== null;
    return isGone && !existsSync(join(dataDir, "run.json")) && leftovers().length === 0;
  });
});
process.exit(0);
