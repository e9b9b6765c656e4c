/** What commands give, with the keys and the bucket that they are made of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommunityId, commandId, grantShapes, type UserNumber } from "@dragoman/bus-schema";
import { loadConfig } from "@dragoman/service-kit";
import { openNats } from "@dragoman/testing/nats";
import { userId } from "@dragoman/testing/people";
import { makeGrant } from "./grant.ts";
import { Secrets } from "./secrets.ts";
import { verifyToken } from "./token.ts";

const { config } = loadConfig({});
let secrets: Secrets;

openNats(async (nats) => {
  secrets = await Secrets.open(await nats.connect("core"), "main" as CommunityId);
});

const command = (n: number) => commandId("s".repeat(32), n);
const ada = { userId: userId("ada"), number: 1_000_000_001 as UserNumber, epoch: 2 };

test("a token is its asker's own, and a repeat of the command gets the same", async () => {
  const expiresAtMs = Math.floor(Date.now() / 1_000) * 1_000 + 60_000;
  const grant = {
    type: "user.token",
    userId: ada.userId,
    epoch: 3,
    tokenId: 7,
    expiresAtMs,
  } as const;
  const made = grantShapes["user.token"].parse(
    await makeGrant({ secrets, config }, command(1), grant),
  );
  assert.equal(made.expiresAtMs, expiresAtMs);
  const claims = { userId: ada.userId, epoch: 3, tokenId: 7 };
  assert.deepEqual(await verifyToken(secrets, made.token, Date.now()), claims);
  assert.deepEqual(await makeGrant({ secrets, config }, command(1), grant), made);
});

test("a code is good once, a repeat of the command gets the same, and the next voids it", async () => {
  const identities = [{ provider: "site" as const, name: "Ada" }];
  const grant = { type: "link.code", user: ada, identities, atMs: Date.now() } as const;
  const give = async (n: number) =>
    grantShapes["link.code"].parse(await makeGrant({ secrets, config }, command(n), grant));
  const first = await give(1);
  assert.deepEqual(first.identities, identities);
  assert.match(first.code, /^gjdgxt-[a-z2-9]{8}$/);
  assert.deepEqual(await give(1), first);
  const second = await give(2);
  assert.notEqual(second.code, first.code);
  assert.equal(await secrets.links.redeem(first.code, Date.now()), null);
  const twice = await Promise.all(
    [1, 2, 3].map(() => secrets.links.redeem(second.code, Date.now())),
  );
  assert.deepEqual(
    twice.filter((owner) => owner !== null),
    [{ userId: ada.userId, epoch: 2 }],
    "of several at once the first",
  );
  assert.equal(await secrets.links.redeem(second.code, Date.now()), null);
});
