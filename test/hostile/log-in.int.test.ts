/**
 * Who has the right password gets in: whatever others behind the same address do, whoever guesses at the account, and
 * while thousands of guesses come at once. Every log-in is answered.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const crowd = Array.from({ length: 30 }, (_, n) => `person${n}`);
const home = stackForTests({
  config: {
    trustedProxies: ["127.0.0.1"],
    limits: { connectionsPerAddress: 2_000, loginAttemptsPerAddress: 15 },
  },
  furnished: async ({ operator }) => {
    for (const name of crowd) await operator.addUser(name);
  },
});
const forwarded = (address: string) => ({ "x-forwarded-for": address });

interface Asker {
  readonly socket: { terminate(): void };
  /** What a log-in is answered with: a word of success, or the refusal. */
  logIn(name: string, password: string): Promise<string>;
}

async function originchats(address: string): Promise<Asker> {
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: forwarded(address),
  });
  return {
    socket: client.socket,
    logIn: async (username, password) => {
      client.send({ cmd: "login", username, password });
      const isAnswer = ({ cmd }: { cmd: string }): boolean => /^auth_(error|success)$/.test(cmd);
      const { cmd, val } = await client.log.next("an answer", isAnswer);
      return cmd === "auth_success" ? "in" : String(val);
    },
  };
}

async function sockchat(address: string): Promise<Asker> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat), forwarded(address));
  return {
    socket: client.socket,
    logIn: async (name, password) => {
      client.send("1", "Local", name, password);
      const [, outcome, why] = await client.log.next("an answer", ([id]) => id === "1");
      return outcome === "y" ? "in" : String(why);
    },
  };
}

async function askers(count: number, from: (n: number) => Promise<Asker>): Promise<Asker[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => from(n)));
}

const endAll = (all: readonly Pick<Asker, "socket">[]): void => {
  for (const { socket } of all) socket.terminate();
};

test("sixty right log-ins at once from one address are all in, on both protocols", async () => {
  const all = [
    ...(await askers(30, () => originchats("203.0.113.1"))),
    ...(await askers(30, () => sockchat("203.0.113.1"))),
  ];
  const told = await Promise.all(
    all.map((asker, n) => asker.logIn(crowd[n % crowd.length] ?? "", "dragoman")),
  );
  assert.deepEqual(
    told.filter((answer) => answer !== "in"),
    [],
  );
  endAll(all);
});

test("a neighbour's failures, and names that are taken, keep nobody behind the address out", async () => {
  const neighbour = await originchats("203.0.113.2");
  for (let n = 0; n < 12; n += 1) await neighbour.logIn("ben", `wrong ${n}`);
  assert.match(
    await neighbour.logIn("ben", "dragoman"),
    /^Rate limited: Too many login attempts\. Wait [0-9.]+ seconds$/,
  );
  const right = await sockchat("203.0.113.2");
  assert.equal(await right.logIn("mona", "dragoman"), "in");
  const client = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: forwarded("203.0.113.3"),
  });
  for (let n = 0; n < 20; n += 1) {
    client.send({ cmd: "register", username: "ada", password: "dragoman" });
    assert.equal((await client.next("auth_error"))["val"], "Username already taken");
  }
  const other = await originchats("203.0.113.3");
  assert.equal(await other.logIn("mona", "dragoman"), "in");
  endAll([neighbour, right, other, client]);
});

test("wrong passwords from elsewhere lock no owner out, neither at home nor at a new address", async () => {
  const owner = await originchats("203.0.113.10");
  assert.equal(await owner.logIn("ada", "dragoman"), "in");
  const guessers = await askers(4, (n) => originchats(`198.51.100.${n}`));
  for (const [at, guesser] of guessers.entries()) {
    for (let n = 0; n < 3; n += 1) {
      assert.equal(await guesser.logIn("ada", `wrong ${at} ${n}`), "Invalid password");
    }
  }
  const again = [await sockchat("203.0.113.10"), await originchats("203.0.113.11")];
  for (const asker of again) assert.equal(await asker.logIn("ada", "dragoman"), "in");
  endAll([owner, ...guessers, ...again]);
});

test("among a thousand wrong log-ins at once every one is answered and the right ones get in", async () => {
  const first = await originchats("192.0.2.1");
  assert.equal(await first.logIn("olga", "dragoman"), "in");
  const names = [...crowd, ...crowd.map((name) => `no-${name}`)];
  const guessers = await askers(1_000, (n) => originchats(`10.${n >> 8}.${n & 255}.1`));
  const known = await sockchat("192.0.2.1");
  const stranger = await originchats("192.0.2.2");
  const guesses = guessers.map((guesser, n) =>
    guesser.logIn(names[n % names.length] ?? "", `wrong ${n}`),
  );
  const rightful = [known.logIn("olga", "dragoman"), stranger.logIn("mona", "dragoman")];
  assert.deepEqual(await Promise.all(rightful), ["in", "in"]);
  const told = await Promise.all(guesses);
  for (const answer of told) {
    assert.match(
      answer,
      /^(Invalid password|User not found|Server busy|Rate limited: Too many login)/,
    );
  }
  endAll([...guessers, first, known, stranger]);
});
