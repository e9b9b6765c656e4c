/**
 * Invites (bridge table, People): where registration is closed, a code behind the account name lets somebody register on
 * either protocol, as often as it says; without one each protocol refuses as it always has. Two who show one code at once
 * are one too many, also where the leader dies meanwhile.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { type InviteId, inviteCode } from "@dragoman/bus-schema";
import { eventsOf, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { ProcessPart } from "../support/part.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  cores: 2,
  processes: ["core"],
  config: {
    accounts: { allowRegistration: false },
    limits: { loginAttempts: 5 },
    trustedProxies: ["127.0.0.1"],
  },
});

let made = 0;

/** Makes an invite. */
async function invite(uses = 1, roles: string[] = []): Promise<{ code: string; id: InviteId }> {
  made += 1;
  const code = inviteCode([...new Uint16Array(new Uint8Array(randomBytes(30)).buffer)]);
  const id = `test${made}` as InviteId;
  const lifetimeMs = 60_000;
  const inviteId = id;
  const body = { inviteId, code, uses, lifetimeMs, roles, note: "for a test" };
  await home.stack.operator.mustAccept({ type: "invite.create", ...body });
  return { code, id };
}

const password = "dragoman";
const forwarded = (address: string) => ({ "x-forwarded-for": address });

/** What the OriginChats client is answered: `in`, or the words of the refusal. */
async function onOriginchats(
  cmd: "login" | "register",
  username: string,
  address = "192.0.2.1",
): Promise<string> {
  const port = portOf(home.stack.originchats);
  const client = await OriginchatsClient.connect(port, { headers: forwarded(address) });
  client.send({ cmd, username, password });
  const isAnswer = (packet: { cmd: string }): boolean => /^auth_(error|success)$/.test(packet.cmd);
  const { cmd: answer, val } = await client.log.next("an answer", isAnswer);
  await client.close();
  return answer === "auth_success" ? "in" : String(val);
}

/** What the Sock Chat client is answered: `in`, or the reason of the refusal. */
async function onSockchat(name: string, address = "192.0.2.2"): Promise<string> {
  const client = await SockchatClient.connect(portOf(home.stack.sockchat), forwarded(address));
  client.send("1", "Local", name, password);
  const [, outcome, reason] = await client.log.next("an answer", ([id]) => id === "1");
  await client.close();
  return outcome === "y" ? "in" : String(reason);
}

const unknown = "This invite code is unknown, used up or has run out";

test("without a code, or with one of nobody's, each protocol refuses in its own words", async () => {
  assert.equal(await onOriginchats("register", "nora"), "Registration is disabled");
  assert.equal(await onOriginchats("register", "nora abcde-fghjk-mnpqr"), unknown);
  assert.equal(await onSockchat("nora"), "authfail");
  assert.equal(await onSockchat("nora abcde-fghjk-mnpqr"), "authfail");
});

test("a code behind the name lets somebody register on OriginChats, and log in on both with or without it", async () => {
  const { code } = await invite();
  assert.equal(await onOriginchats("register", `Otto ${code}`), "in");
  // The stock client shows again what was typed.
  for (const name of ["otto", `otto ${code}`]) {
    assert.equal(await onOriginchats("login", name), "in");
    assert.equal(await onSockchat(name), "in");
  }
  assert.equal(await onOriginchats("register", `paula ${code}`), unknown);
  assert.equal(await onOriginchats("login", `paula ${code}`), "User not found");
});

test("the same packet 1 registers on Sock Chat at first, and logs in from then on", async () => {
  const { code, id } = await invite(2, ["moderator"]);
  assert.equal(await onSockchat(`sam ${code.toUpperCase()}`), "in");
  assert.equal(await onSockchat(`sam ${code.toUpperCase()}`), "in");
  assert.equal(await onOriginchats("register", `sam ${code}`), "Username already taken");
  const sam = await home.onOriginchats("sam");
  const { users } = (await sam.ask({ cmd: "users_list" })) as {
    users?: readonly { username: string; roles: readonly string[] }[];
  };
  const roles = users?.find(({ username }) => username === "USR:local_sam" || username === "sam");
  assert.deepEqual(roles?.roles, ["moderator", "user"]);
  await home.stack.operator.mustAccept({ type: "invite.revoke", inviteId: id });
  assert.equal(await onSockchat(`tess ${code}`), "authfail");
});

test("guesses are limited as those of passwords are, and keep nobody else from a right code", async () => {
  const { code } = await invite();
  const guess = (n: number): string => `vera ${inviteCode([n, n + 1, n + 2])}`;
  for (let n = 0; n < 5; n += 1) {
    assert.equal(await onOriginchats("register", guess(n), "192.0.2.77"), unknown);
  }
  const limited = /^Rate limited: Too many login attempts/;
  assert.match(await onOriginchats("register", guess(9), "192.0.2.77"), limited);
  assert.match(await onOriginchats("register", `vera ${code}`, "192.0.2.77"), limited);
  assert.equal(await onOriginchats("register", `vera ${code}`, "192.0.2.78"), "in");
});

test("neither journal nor audit log holds a code", async () => {
  const { code } = await invite();
  assert.equal(await onSockchat(`wim ${code}`), "in");
  const records = await readJournal(home.stack.operator.coreBus);
  const text = JSON.stringify(records);
  assert.ok(text.includes("invite.created"));
  for (const form of [code, code.replaceAll("-", "")]) assert.ok(!text.includes(form));
  const olga = await home.onOriginchats("olga");
  const log = await olga.ask({ cmd: "modlog_get", limit: 5 });
  const entries = log["entries"] as readonly Record<string, unknown>[];
  const used = entries.find(({ action }) => action === "invite_use");
  assert.equal(used?.["actor_name"], "wim");
  assert.ok(
    entries.some(
      ({ action, actor_name }) => action === "invite_create" && actor_name === "operator",
    ),
  );
});

/** Tries until something is told that is no sign of a leader's end. */
async function untilTold(tried: () => Promise<string>): Promise<string> {
  for (;;) {
    const told = await tried();
    if (told !== "Server busy, try again" && told !== "Not confirmed") return told;
  }
}

test("of many who show one code at once, while the leader dies, one is let in", async () => {
  const { code, id } = await invite();
  const leader = home.stack.cores[0] as ProcessPart;
  const attempts = Array.from({ length: 6 }, (_, n) =>
    n % 2 === 0
      ? untilTold(() => onOriginchats("register", `race${n} ${code}`, `192.0.2.${100 + n}`))
      : onSockchat(`race${n} ${code}`, `192.0.2.${100 + n}`),
  );
  await leader.kill();
  const told = await Promise.all(attempts);
  const joined = eventsOf(await readJournal(home.stack.operator.coreBus)).filter(
    (event) => event.type === "user.joined" && event.inviteId === id,
  );
  assert.equal(joined.length, 1, told.join(", "));
  assert.ok(told.filter((each) => each === "in").length <= 1, told.join(", "));
});
