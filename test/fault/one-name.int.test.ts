import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, storeCredential } from "@dragoman/core";
import { community } from "@dragoman/testing/nats";
import { eventsOf, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, startStack } from "../support/stack.ts";

const pairs = 20;

/**
 * docs/journal.md 2.1: each command of a batch is decided on the state that the one before has already changed,
 * though nothing of it is stored yet.
 */
test("two registrations of one name in one batch make one account", async (t) => {
  const stack = await startStack({ originchats: 2, empty: true });
  t.after(() => stack.stop());

  const clients = await Promise.all(
    [0, 1].map((index) => OriginchatsClient.connect(portOf(stack.originchats, index))),
  );
  for (const client of clients) {
    client.send({ cmd: "register", username: "zoe", password: "dragoman" });
  }
  const answers = await Promise.all(
    clients.map((client) =>
      client.log.next("answer", ({ cmd }) => cmd === "ready" || cmd === "auth_error"),
    ),
  );
  assert.deepEqual(answers.map(({ cmd }) => cmd).sort(), ["auth_error", "ready"]);
  assert.equal(answers.find(({ cmd }) => cmd === "auth_error")?.["val"], "Username already taken");

  // On the bus, all at once: these are sure to share batches.
  const hash = await hashPassword("dragoman");
  const credentialId = await storeCredential(stack.operator.bus, community, hash);
  const names = Array.from({ length: pairs * 2 }, (_, index) => `yan${index >> 1}`);
  const replies = await Promise.all(
    names.map((name) =>
      stack.operator.command({ type: "user.add", name, credentialId, roles: [], demo: false }),
    ),
  );
  for (let index = 0; index < replies.length; index += 2) {
    const pair = replies.slice(index, index + 2);
    const refused = pair.find((reply) => !reply.ok);
    assert.equal(pair.filter((reply) => reply.ok).length, 1, names[index]);
    assert.deepEqual(refused?.ok === false && refused.rejection, {
      code: "bad_login",
      why: "taken",
    });
  }

  const records = await readJournal(stack.operator.coreBus);
  const joined = eventsOf(records).flatMap((event) =>
    event.type === "user.joined" ? [event.user.name] : [],
  );
  assert.deepEqual(joined.sort(), ["zoe", ...new Set(names)].sort());
  assert.ok(
    records.some(({ batch }) => batch.commits.length > 1),
    "batches of several commands",
  );
});
