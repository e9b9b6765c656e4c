/**
 * docs/journal.md 4.2: whoever stores something chooses its bytes and its headers, and can have the server send it to
 * any subject by a direct get. Core alone has a store; and were it somebody else, the feed takes no such thing for a
 * record of the journal.
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { encode, fileStream, journalStream, subject } from "@dragoman/bus-schema";
import { community } from "@dragoman/testing/nats";
import { type JetStreamClient, jetstream } from "@nats-io/jetstream";
import { connect, headers as newHeaders } from "@nats-io/transport-node";
import { readJournal } from "../support/journal.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();
const files = fileStream(community);

async function stored(client: JetStreamClient, to: string, data: Uint8Array, seq: number) {
  const headers = newHeaders();
  headers.set("Nats-Stream", journalStream(community).name);
  headers.set("Nats-Subject", subject.journal(community));
  headers.set("Nats-Sequence", String(seq));
  headers.set("Nats-Last-Sequence", String(seq - 1));
  return (await client.publish(to, data, { headers })).seq;
}

test("a record that is forged from a file is passed over", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ada.say("general", "a true word");
  await ben.sees("a true word");
  const records = await readJournal(home.stack.operator.coreBus);
  const last = records.at(-1);
  const spoken = records.findLast(({ batch }) =>
    batch.commits.some(({ events }) => events.some(({ type }) => type === "message.posted")),
  );
  if (last === undefined || spoken === undefined) throw new Error("an empty journal");
  const text = JSON.stringify(spoken.batch.commits).replaceAll("a true word", "a forged word");
  const commits = JSON.parse(
    text.replaceAll(/"messageId":"[^"]+"/g, `"messageId":"${randomUUID()}"`),
  );
  const batch = { ...last.batch, id: randomUUID(), prev: last.batch.id, commits };
  const { user, password } = home.stack.nats.credentials("core");
  const connection = await connect({
    servers: home.stack.nats.url,
    user,
    pass: password,
    inboxPrefix: `_INBOX_${user}`,
  });
  let heard = 0;
  home.stack.operator.coreBus.subscribe(subject.event(community), ({ data }) => {
    if (Buffer.from(data).includes("a forged word")) heard += 1;
  });
  await home.stack.operator.coreBus.flush();
  const to = `${files.chunks}.${randomUUID()}`;
  const seq = await stored(jetstream(connection), to, encode(batch), last.seq + 1);
  connection.publish(`$JS.API.DIRECT.GET.${files.name}`, encode({ seq }), {
    reply: subject.event(community),
  });
  await connection.flush();
  ada.say("general", "another true word");
  await ben.sees("another true word");
  assert.equal(heard, 1, "the server did send it");
  assert.equal(ada.has("a forged word"), false);
  assert.equal(ben.has("a forged word"), false);
  await connection.close();
});
