/** What the log says: one line for who comes, is let in or not, is limited, put out, or goes, and no secret in any. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { asProcess, portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 20_000;
let stack: Stack;

before(async () => {
  stack = await startStack({
    originchats: 1,
    sockchat: 1,
    processes: ["core", "originchats", "sockchat"],
    config: { logLevel: "info", limits: { burstLimit: 3 } },
  });
});
after(() => stack.stop());

type Line = Readonly<Record<string, unknown>>;

/** Waits for a line of one event that holds these fields. */
async function line(kind: "core" | "originchats" | "sockchat", event: string, fields: Line = {}) {
  const parts = kind === "core" ? stack.cores : stack[kind];
  const part = asProcess(parts[0]);
  return await eventually(limitMs, `${event} in the log of ${kind}`, () => {
    const lines = part
      .output()
      .split("\n")
      .filter((text) => text.startsWith("{") && text.endsWith("}"))
      .map((text) => JSON.parse(text) as Line);
    const found = lines.find(
      (each) =>
        each["event"] === event &&
        Object.entries(fields).every(([key, value]) => each[key] === value),
    );
    if (found === undefined) throw new Error(lines.map(({ msg }) => String(msg)).join("; "));
    return found;
  });
}

test("who comes in, is limited and goes is one line each, with session, person and network", async () => {
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const network = { address: "127.0.0.0/24" };
  await line("originchats", "connected", network);
  const signedIn = await line("originchats", "signed in", { person: "ada", ...network });
  assert.match(String(signedIn["session"]), /^[A-Za-z0-9_-]{8}$/);
  for (let n = 0; n < 12; n += 1) ada.say("general", `much ${n}`);
  await line("originchats", "limited", { person: "ada", code: "rate_limited", why: "burst" });
  await ada.close();
  const closed = await line("originchats", "closed", { person: "ada", cause: "left" });
  assert.equal(closed["session"], signedIn["session"]);
});

test("a log-in that is refused says why, and nothing that was typed", async () => {
  const stranger = await SockchatClient.connect(portOf(stack.sockchat));
  await assert.rejects(stranger.login("ben", "hunter2-typed-wrong"));
  await line("sockchat", "log-in refused", { code: "bad_login", why: "wrong_password" });
  stranger.socket.terminate();
  await line("sockchat", "closed", { cause: "left" });
  for (const part of [...stack.cores, ...stack.sockchat]) {
    assert.ok(!asProcess(part).output().includes("hunter2"));
  }
});

test("a kick and a ban are told by the leader, and by the gateway as the reason of the end", async () => {
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const mona = await SockchatClient.signIn(portOf(stack.sockchat), "mona");
  mona.say("/kick ben");
  await line("core", "kicked", { person: "ben", by: "mona", why: "kick" });
  await line("sockchat", "closed", { person: "ben", cause: "kicked" });
  mona.say("/ban ben");
  await line("core", "banned", { person: "ben", by: "mona" });
  await ben.closed();
  await mona.close();
});
