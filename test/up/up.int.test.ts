/** `dragoman up` and `dragoman user`, as an operator meets them: a process, its output, its exit code. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { encode, subject } from "@dragoman/bus-schema";
import { Bus, createLogger, pause } from "@dragoman/service-kit";
import { eventually, within } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { freshSettings, outcome, type Program, processesOf, run, up } from "./program.ts";

const stopMs = 10_000;
/** Longer than the event loop of a leader may stand (`journal.eventLoopGapMs`). */
const stillMs = 700;

let root = "";
let count = 0;
const running: Program[] = [];

before(async () => {
  root = await mkdtemp(join(tmpdir(), "dragoman-up-"));
});
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.child.kill("SIGKILL");
    await program.ended;
  }
});
after(() => rm(root, { recursive: true, force: true }));

/** Settings with a data folder that is new. */
async function settings(): Promise<Record<string, string>> {
  count += 1;
  return freshSettings(join(root, `data-${count}`));
}

async function start(
  of: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<Program> {
  const program = await up(of, options);
  running.push(program);
  return program;
}

async function stop(program: Program, signal: NodeJS.Signals = "SIGTERM") {
  program.child.kill(signal);
  return within(stopMs, `the end after ${signal}`, program.ended, program.stderr);
}

const port = (of: Readonly<Record<string, string>>, door: string): number =>
  Number(of[`DRAGOMAN_${door}_PORT`]);
const folder = (of: Readonly<Record<string, string>>): string => of["DRAGOMAN_DATA_DIR"] ?? "";

/** One line for a person, no stack. */
function isOneLine(text: string): boolean {
  return /^dragoman: [^\n]+\n$/.test(text);
}

describe("dragoman up", () => {
  it("brings up both sides and ends within 10 s of SIGTERM, nats-server included", async () => {
    const of = await settings();
    const program = await start(of);
    assert.match(program.stdout(), /ada .*ben .*mona .*olga .*password dragoman/);
    const ada = await OriginchatsClient.signIn(port(of, "ORIGINCHATS"), "ada");
    const ben = await SockchatClient.signIn(port(of, "SOCKCHAT"), "ben");
    ada.say("general", "good morning");
    await ben.sees("good morning");
    assert.equal((await processesOf(folder(of))).length, 1);
    const { code } = await stop(program);
    assert.equal(code, 0);
    assert.deepEqual(await processesOf(folder(of)), []);
    await Promise.all([ada.closed(), ben.closed()]);
  });

  it("leaves nothing running after kill -9, and has everything at the next start", async () => {
    const of = await settings();
    const first = await start(of);
    const ben = await SockchatClient.signIn(port(of, "SOCKCHAT"), "ben");
    ben.say("of yesterday");
    await ben.sees("of yesterday");
    first.child.kill("SIGKILL");
    await first.ended;
    await eventually(5_000, "an end of nats-server", async () => {
      return (await processesOf(folder(of))).length === 0;
    });
    await start(of);
    const again = await SockchatClient.signIn(port(of, "SOCKCHAT"), "ben");
    await again.sees("of yesterday");
    again.socket.terminate();
  });

  it("refuses a second start on the same folder in one line", async () => {
    const of = await settings();
    await start(of);
    const second = await outcome(["up"], { ...(await settings()), DRAGOMAN_DATA_DIR: folder(of) });
    assert.equal(second.code, 1);
    assert.match(second.stderr, /is in use by a running dragoman \(process \d+\)/);
    assert.ok(isOneLine(second.stderr), second.stderr);
  });

  it("names the setting of a port that is taken, in one line", async () => {
    for (const door of ["ORIGINCHATS", "SOCKCHAT", "CONSOLE", "HEALTH"]) {
      const of = await settings();
      const other = createServer().listen(port(of, door), "127.0.0.1");
      await once(other, "listening");
      const refused = await outcome(["up"], of);
      other.close();
      assert.equal(refused.code, 1);
      const taken = `DRAGOMAN_${door}_PORT: 127.0.0.1:${port(of, door)} is already taken; `;
      assert.ok(refused.stderr.startsWith(`dragoman: ${taken}`), refused.stderr);
      assert.ok(isOneLine(refused.stderr), refused.stderr);
      assert.deepEqual(await processesOf(folder(of)), []);
    }
  });

  it("speaks to people, and warns them of nothing that heals by itself", async () => {
    const of = { ...(await settings()), DRAGOMAN_LOG_FORM: "console", DRAGOMAN_LOG_LEVEL: "info" };
    const program = await start(of);
    program.child.kill("SIGSTOP");
    await pause(stillMs);
    program.child.kill("SIGCONT");
    await eventually(stopMs, "a word of it", () => program.stderr().includes("event loop stood"));
    const lines = program.stderr().trimEnd().split("\n");
    for (const line of lines) assert.match(line, /^\d\d:\d\d:\d\d (info|warn) {1,2}[a-z-]+: /);
    assert.ok(lines.some((line) => /^\S+ info {2}core: authority is void/.test(line)));
    assert.deepEqual(
      lines.filter((line) => / warn .*authority/.test(line)),
      [],
    );
  });

  it("says in one line what is wrong with the configuration", async () => {
    const of = await settings();
    for (const wrong of [{ DRAGOMAN_SOCKCHAT_PORT: "many" }, { DRAGOMAN_NO_SUCH: "1" }]) {
      const refused = await outcome(["up"], { ...of, ...wrong });
      assert.equal(refused.code, 2);
      assert.ok(isOneLine(refused.stderr), refused.stderr);
    }
  });

  it("starts a nats-server that was killed again, and goes on", async () => {
    const of = await settings();
    await start(of);
    const ada = await OriginchatsClient.signIn(port(of, "ORIGINCHATS"), "ada");
    const pid = Number(await readFile(join(folder(of), "nats", "server.pid"), "utf8"));
    process.kill(pid, "SIGKILL");
    ada.say("general", "still here");
    await ada.sees("still here", 15_000);
    ada.socket.terminate();
  });

  it("halts at a record that it cannot read, and goes on once an operator has it passed over", async () => {
    const of = await settings();
    const program = await start(of);
    const configuration = await readFile(join(folder(of), "nats", "server.conf"), "utf8");
    const at = /user: "core"\s+password: "([^"]+)"/.exec(configuration)?.[1] ?? "";
    const url = `nats://${/^listen: "(.*)"$/m.exec(configuration)?.[1]}`;
    const logger = createLogger("silent", "test");
    const bus = await Bus.connect({ url, user: "core", password: at, name: "core", logger });
    const last = (await readJournal(bus)).at(-1);
    assert.ok(last !== undefined);
    const commits = [
      {
        cause: { commandId: "newer.1", actor: "operator" },
        events: [{ type: "world.changed" }],
      },
    ];
    const { batch } = last;
    bus.publish(
      subject.journal(community),
      encode({ ...batch, id: "of-a-newer-version", prev: batch.id, commits }),
    );
    await bus.flush();
    await bus.close();
    const seq = last.seq + 1;
    await eventually(stopMs, "the halt", () => program.stderr().includes("journal_halted"));
    assert.ok(program.stderr().includes(`dragoman journal skip ${seq} --why`), program.stderr());
    const shown = await outcome(["journal", "show", String(seq)], of);
    assert.match(shown.stdout, /not applied: .*world\.changed/);
    const wrong = await outcome(["journal", "skip", String(seq + 1), "--why", "x"], of);
    assert.equal(wrong.code, 1);
    assert.ok(isOneLine(wrong.stderr), wrong.stderr);
    const skipped = await outcome(["journal", "skip", String(seq), "--why", "a test"], of);
    assert.equal(skipped.code, 0, skipped.stderr);
    const ada = await OriginchatsClient.signIn(port(of, "ORIGINCHATS"), "ada");
    ada.say("general", "the house goes on");
    await ada.sees("the house goes on", 15_000);
    ada.socket.terminate();
  });

  it("can be stopped while it starts", async () => {
    const of = await settings();
    const program = run(["up"], of);
    running.push(program);
    await eventually(30_000, "a nats-server", async () => {
      return (await processesOf(folder(of))).length > 0;
    });
    const { code } = await stop(program, "SIGINT");
    assert.equal(code, 0);
    assert.deepEqual(await processesOf(folder(of)), []);
  });

  it("speaks TLS on both sides with a certificate of its own", async () => {
    const of = await settings();
    const program = await start(of, ["--tls"]);
    const ca = await readFile(join(folder(of), "tls", "localhost.crt"), "utf8");
    assert.ok(program.stdout().includes(join(folder(of), "tls", "localhost.crt")));
    assert.match(program.stdout(), /^Playground +https:\/\/localhost:\d+\/$/m);
    const url = `wss://localhost:${port(of, "ORIGINCHATS")}/`;
    const ada = await OriginchatsClient.connect(port(of, "ORIGINCHATS"), { url, ca });
    await ada.login("ada");
    ada.say("general", "in secret");
    await ada.sees("in secret");
    ada.socket.terminate();
  });
});

describe("the demo", () => {
  const elsewhere = { DRAGOMAN_HOST: "0.0.0.0" };

  it("is refused on another address until its accounts are removed", async () => {
    const of = await settings();
    await stop(await start(of));
    const refused = await outcome(["up"], { ...of, ...elsewhere });
    assert.equal(refused.code, 2);
    // The house was up to look at its accounts: on a slow machine its end may have a line of its own.
    const last = `${refused.stderr.trimEnd().split("\n").at(-1)}\n`;
    assert.match(last, /dragoman user remove --demo/);
    assert.ok(isOneLine(last), refused.stderr);
    const looked = await outcome(["doctor"], { ...of, ...elsewhere });
    assert.equal(looked.code, 2);
    assert.match(looked.stdout, /fault +demo .*dragoman user remove --demo/);
    const removed = await outcome(["user", "remove", "--demo"], of);
    assert.equal(removed.stdout, "Removed: ada, ben, mona, olga.\n");
    assert.equal((await outcome(["doctor"], { ...of, ...elsewhere })).code, 0);
    const program = await start({ ...of, ...elsewhere });
    assert.match(program.stdout(), /no account yet.*dragoman user add <name> --role owner/);
  });

  it("has passwords of its own where it is asked for on another address", async () => {
    const of = { ...(await settings()), ...elsewhere, DRAGOMAN_DEMO: "1" };
    const first = await start(of);
    const password = /^ {2}ada {2}(\S{16})$/m.exec(first.stdout())?.[1] ?? "";
    const ada = await OriginchatsClient.connect(port(of, "ORIGINCHATS"));
    await ada.login("ada", password);
    ada.socket.terminate();
    await stop(first);
    const second = await start(of);
    assert.ok(!second.stdout().includes(password));
  });

  it("is not made where it is off", async () => {
    const of = { ...(await settings()), DRAGOMAN_DEMO: "0" };
    const program = await start(of);
    assert.match(program.stdout(), /no account yet/);
    assert.equal((await outcome(["user", "list"], of)).stdout, "");
  });
});

describe("dragoman user", () => {
  it("makes an owner whether the product runs or not, who can sign in", async () => {
    const of = { ...(await settings()), DRAGOMAN_DEMO: "0" };
    await stop(await start(of));
    const made = await outcome(["user", "add", "iris", "--role", "owner"], of, "open sesame\n");
    assert.deepEqual([made.code, made.stdout], [0, "iris has an account as owner.\n"]);
    await start(of);
    const second = await outcome(["user", "add", "otto"], of, "open sesame\n");
    assert.equal(second.code, 0, second.stderr);
    const list = await outcome(["user", "list"], of);
    assert.match(list.stdout, /^\d+\tiris\towner,user\n\d+\totto\tuser\n$/);
    const iris = await OriginchatsClient.connect(port(of, "ORIGINCHATS"));
    await iris.login("iris", "open sesame");
    iris.socket.terminate();
    assert.equal((await outcome(["user", "remove", "otto"], of)).code, 0);
    assert.match((await outcome(["user", "list"], of)).stdout, /^\d+\tiris\towner,user\n$/);
  });

  it("says in one line why it cannot", async () => {
    const of = { ...(await settings()), DRAGOMAN_DEMO: "0" };
    await start(of);
    const attempts: readonly (readonly [readonly string[], string, RegExp])[] = [
      [["user", "add", "ada"], "abc\n", /a password has 4 to 72 bytes/],
      [["user", "add", "ada"], "", /no password/],
      [["user", "add", "ada", "--role", "king"], "dragoman\n", /there is no role "king"/],
      [["user", "add", "!?"], "dragoman\n", /a name has letters of one script/],
      [["user", "remove", "nobody"], "", /there is no user "nobody"/],
      [["user", "remove"], "", /either a name or --demo/],
    ];
    for (const [options, input, why] of attempts) {
      const refused = await outcome(options, of, input);
      assert.notEqual(refused.code, 0, options.join(" "));
      assert.ok(isOneLine(refused.stderr), refused.stderr);
      assert.match(refused.stderr, why);
    }
  });

  it("says in an empty folder that there is no community, as every command but up does, and makes nothing", async () => {
    const of = await settings();
    const none = new RegExp(`^dragoman: there is no community in ${folder(of)}: `);
    for (const options of [
      ["user", "add", "ada"],
      ["user", "list"],
      ["journal", "show", "1"],
      ["projection", "rebuild"],
    ]) {
      const refused = await outcome(options, of, "dragoman\n");
      assert.equal(refused.code, 4);
      assert.match(refused.stderr, none);
    }
    assert.match((await outcome(["backup", "-"], of)).stderr, none);
    const looked = await outcome(["doctor"], of);
    assert.equal(looked.code, 0, looked.stdout);
    assert.match(looked.stdout, /ok +folder +there is no community in /);
    assert.equal(existsSync(folder(of)), false);
  });
});
