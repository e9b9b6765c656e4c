/** Codes of `/move` that are guessed, from one address and from many: a few are looked at, and their owner comes in all the while. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
before(async () => {
  stack = await startStack({
    sockchat: 1,
    originchats: 1,
    config: {
      trustedProxies: ["127.0.0.1"],
      limits: { loginAttempts: 4, loginAttemptsPerAddress: 6, loginWindowMs: 600_000 },
    },
  });
});
after(() => stack.stop());

const from = (address: string) => ({ "x-forwarded-for": address });

/** What a log-in from an address is answered. */
async function answer(address: string, username: string, password: string): Promise<string> {
  const client = await OriginchatsClient.connect(portOf(stack.originchats), {
    headers: from(address),
  });
  client.send({ cmd: "login", username, password });
  const packet = await client.log.next(
    "an answer",
    ({ cmd }) => cmd === "ready" || cmd === "auth_error" || cmd === "rate_limit",
    30_000,
  );
  client.socket.terminate();
  return packet.cmd === "ready" ? "ready" : String(packet["val"] ?? packet.cmd);
}

/** A person on Sock Chat, at an address, with a code. */
async function given(name: string, address: string): Promise<readonly [SockchatClient, string]> {
  const client = await SockchatClient.connect(portOf(stack.sockchat), from(address));
  await client.login(name);
  client.say("/move");
  const told = await client.next("2", ([, , , body]) => body?.includes("comes along") === true);
  return [client, /([0-9a-z]+-[a-z2-9]{8})/.exec(told[3] ?? "")?.[1] ?? assert.fail()];
}

/** A code that is this one but for its last letters. */
const guess = (code: string, n: number): string => {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const other = (at: number) => letters[at % letters.length] ?? "a";
  const wrong = `${code.slice(0, -2)}${other(n)}${other(n * 7 + 3)}`;
  return wrong === code ? `${code.slice(0, -1)}${code.endsWith("a") ? "b" : "a"}` : wrong;
};

test("guesses from one address are refused after a few, of whatever account", async () => {
  const [ada, code] = await given("ada", "192.0.2.1");
  const [ben, other] = await given("ben", "192.0.2.2");
  const answers: string[] = [];
  for (let n = 0; n < 12; n += 1) answers.push(await answer("198.51.100.1", "ada", guess(code, n)));
  for (let n = 0; n < 12; n += 1)
    answers.push(await answer("198.51.100.1", "ben", guess(other, n)));
  const looked = answers.filter((told) => told === "Invalid password").length;
  assert.equal(looked, 6, JSON.stringify(answers));
  assert.equal(await answer("192.0.2.1", "ada", code), "ready", "its owner comes in");
  assert.equal(await answer("192.0.2.2", "ben", other), "ready");
  for (const client of [ada, ben]) client.socket.terminate();
});

test("guesses from many addresses wait one after the other, and their owner does not wait", async () => {
  const [mona, code] = await given("mona", "192.0.2.3");
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) => answer(`198.51.100.${n + 10}`, "mona", guess(code, n))),
  );
  const looked = answers.filter((told) => told === "Invalid password").length;
  assert.ok(looked >= 4 && looked < 60, `${looked} of 60 were looked at`);
  const more = Array.from({ length: 60 }, (_, n) =>
    answer(`203.0.113.${n + 10}`, "mona", guess(code, n)),
  );
  assert.equal(await answer("192.0.2.3", "mona", code), "ready");
  const late = (await Promise.all(more)).filter((told) => told === "Invalid password").length;
  assert.ok(late <= 4, `${late} of 60 more were looked at`);
  mona.socket.terminate();
});
