import assert from "node:assert/strict";
import { test } from "node:test";
import type { CredentialId } from "@dragoman/bus-schema";
import { community, settle } from "@dragoman/testing/state";
import { Familiar } from "./familiar.ts";
import { hashPassword, isBcrypt, isPasswordLength, verifyPassword } from "./password.ts";

test("a hash is argon2id with the recommended parameters, and fits its password alone", async () => {
  const hash = await hashPassword("correct horse");
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(hash, "correct horse"), true);
  assert.equal(await verifyPassword(hash, "correct horsf"), false);
});

test("a hash by bcrypt that came along fits its password alone", async () => {
  const hash = "$2b$04$GEmqElpzWGOT37J4E6GfneTgqBEYVhXcUtG53D6bYQjUCnMVspm1a";
  assert.deepEqual([isBcrypt(hash), isBcrypt(await hashPassword("x"))], [true, false]);
  assert.equal(await verifyPassword(hash, "correct horse"), true);
  assert.equal(await verifyPassword(hash, "correct horsf"), false);
});

test("a password's length counts bytes of UTF-8", () => {
  assert.equal(isPasswordLength("abc"), false);
  assert.equal(isPasswordLength("éé"), true);
  assert.equal(isPasswordLength("x".repeat(72)), true);
  assert.equal(isPasswordLength(`${"x".repeat(71)}é`), false);
});

test("a success is known again until its time, a new epoch or a new credential", () => {
  const familiar = new Familiar();
  const state = community();
  const ada = settle(state, "ada", { credentialId: crypto.randomUUID() as CredentialId });
  assert.equal(familiar.knows(ada, "dragoman", 0), false);
  familiar.remember(ada, "dragoman", 0);
  assert.equal(familiar.knows(ada, "dragoman", 599_999), true);
  assert.equal(familiar.knows(ada, "Dragoman", 1), false);
  assert.equal(familiar.knows({ ...ada, epoch: 1 }, "dragoman", 1), false);
  const renewed = { ...ada, credentialId: crypto.randomUUID() as CredentialId };
  assert.equal(familiar.knows(renewed, "dragoman", 1), false);
  assert.equal(familiar.knows(ada, "dragoman", 600_000), false);
});
