import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel, ChannelId, CommunityId, CredentialId } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { silent } from "@dragoman/testing/logger";
import { openNats } from "@dragoman/testing/nats";
import { Secrets } from "../identity/secrets.ts";
import type { State } from "../state/shape.ts";
import { Hashes } from "./hashes.ts";

let secrets: Secrets;
openNats(async (nats) => {
  secrets = await Secrets.open(await nats.connect("core"), "one" as CommunityId);
});

test("a hash that a crash left behind goes; those of people, channels and of what is under way stay", async (t) => {
  const [person, channel, stray] = await Promise.all(
    ["person", "channel", "stray"].map((hash) => secrets.storeCredential(hash)),
  );
  const people = new Map([["ada", { credentialId: person }]]);
  const channels = new Map([["den" as ChannelId, { passwordId: channel } as Channel]]);
  const state = { people, channels } as unknown as State;
  let isPresent = false;
  let rounds = 0;
  const underWay: CredentialId[] = [];
  const hashes = new Hashes({
    state: () => state,
    secrets: {
      forgetCredential: (id) => secrets.forgetCredential(id),
      credentialIds: async () => {
        rounds += 1;
        underWay.push(await secrets.storeCredential(`of round ${rounds}`));
        const ids = await secrets.credentialIds();
        // What was kept in the round before is somebody's by now.
        const before = underWay.at(-2);
        if (before !== undefined) people.set(before, { credentialId: before });
        return ids;
      },
    },
    mayAct: () => isPresent,
    logger: silent,
    roundMs: 20,
  });
  t.after(() => hashes.stop());
  hashes.start();
  await eventually(5_000, "three rounds", () => rounds >= 3);
  assert.notEqual(await secrets.credential(stray as CredentialId), null, "not with an old state");
  isPresent = true;
  await eventually(
    5_000,
    "the stray one is gone",
    async () => (await secrets.credential(stray as CredentialId)) === null,
  );
  hashes.stop();
  const ids = new Set(await secrets.credentialIds());
  for (const id of [person, channel, ...underWay]) assert.ok(ids.has(id as CredentialId));
});
