import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommunityId, CredentialId, UserId } from "@dragoman/bus-schema";
import type { Bus } from "@dragoman/service-kit";
import { openNats } from "@dragoman/testing/nats";
import { Secrets } from "./secrets.ts";
import { signTicket, ticketMs, type VerifiedTicket, verifyTicket } from "./ticket.ts";
import { hasTokenForm, issueToken, verifyToken } from "./token.ts";

let bus: Bus;
let secrets: Secrets;
const now = 1_700_000_000_000;

openNats(async (nats) => {
  bus = await nats.connect("core");
  secrets = await Secrets.open(bus, "one" as CommunityId);
});

const traits = {
  stands: "one place",
  flood: "kick",
  sessionsMax: 5,
  returnMs: 0,
  toldMissedWhispers: true,
} as const;

const claims = (): VerifiedTicket => ({
  provider: "local",
  protocol: "sockchat",
  traits,
  addressTag: secrets.addressTag("192.0.2.1"),
  expiresAtMs: now + ticketMs,
  account: { kind: "user", userId: "ada" as UserId },
});

test("cores that come at once agree on the keys of a community", async () => {
  const opened = await Promise.all(
    Array.from({ length: 4 }, () => Secrets.open(bus, "race" as CommunityId)),
  );
  const keys = opened.map(({ keys }) => Buffer.from(keys.ticket).toString("hex"));
  assert.equal(new Set(keys).size, 1);
  assert.notEqual(keys[0], Buffer.from(secrets.keys.ticket).toString("hex"));
});

test("a stored credential is found by its id, and no other is", async () => {
  const credentialId = await secrets.storeCredential("$argon2id$hash");
  assert.equal(await secrets.credential(credentialId), "$argon2id$hash");
  assert.equal(await secrets.credential(crypto.randomUUID() as CredentialId), null);
});

test("an address tag is a token that tells addresses apart and does not hold them", () => {
  const tag = secrets.addressTag("192.0.2.1");
  assert.match(tag, /^[A-Za-z0-9_-]{22}$/);
  assert.equal(secrets.addressTag("::ffff:192.0.2.1"), tag);
  assert.equal(secrets.addressTag("2001:DB8::1"), secrets.addressTag("2001:db8::1"));
  assert.notEqual(secrets.addressTag("192.0.2.2"), tag);
});

test("a ticket gives back its claims for a minute", () => {
  const ticket = signTicket(secrets, claims());
  assert.deepEqual(verifyTicket(secrets, ticket, now), claims());
  assert.deepEqual(verifyTicket(secrets, ticket, now + ticketMs - 1), claims());
  assert.equal(verifyTicket(secrets, ticket, now + ticketMs), null);
});

test("a ticket that was changed, cut or signed by another community is null", async () => {
  const ticket = signTicket(secrets, claims());
  const [body = "", seal = ""] = ticket.split(".");
  const forged = Buffer.from(
    JSON.stringify({ ...claims(), account: { kind: "user", userId: "olga" } }),
  ).toString("base64url");
  const other = await Secrets.open(bus, "two" as CommunityId);
  for (const bad of [`${forged}.${seal}`, body, `${body}.`, `${ticket}.x`, "", ".", "é\t.\0"]) {
    assert.equal(verifyTicket(secrets, bad, now), null, bad);
  }
  assert.equal(verifyTicket(other, ticket, now), null);
});

test("a login token is URL-safe, short, and lasts its time", async () => {
  const ada = { userId: "1b4e28ba-2fa1-41d2-883f-0016d3cca427" as UserId, epoch: 3 };
  const { token, expiresAtMs } = await issueToken(secrets, ada, now + 60_000);
  assert.match(token, /^[A-Za-z0-9_.-]{1,200}$/);
  assert.ok(hasTokenForm(token));
  assert.equal(expiresAtMs, now + 60_000);
  assert.deepEqual(await verifyToken(secrets, token, now), ada);
  assert.equal(await verifyToken(secrets, token, expiresAtMs + 1_000), null);
});

test("tokens of others, unsigned tokens and rubbish are null", async () => {
  const other = await Secrets.open(bus, "three" as CommunityId);
  const { token } = await issueToken(other, { userId: "ada" as UserId, epoch: 0 }, now + 60_000);
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.`;
  for (const bad of [token, none, "", "a.b.c", "dragoman", "\0.\0.\0"]) {
    assert.equal(await verifyToken(secrets, bad, now), null, bad);
  }
});
