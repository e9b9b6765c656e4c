/**
 * docs/journal.md 1.4: a full store is told to whoever wants something stored, in their protocol's words; what is there
 * can be read, moderators still keep order, and it heals by room alone.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { encode, fileStream, journalStream } from "@dragoman/bus-schema";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { postedTexts, readJournal } from "../support/journal.ts";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { dataUri, pdf } from "../support/picture.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";
import { post, proofOf } from "../support/web.ts";

const limitMs = 20_000;
const { name } = journalStream(community);

interface StreamInfo {
  readonly config: object;
  readonly state: { readonly messages: number; readonly bytes: number };
  readonly error?: unknown;
}

async function askStore({ operator }: Stack, verb: string, stream: string, body: object) {
  const { data } = await operator.coreBus.request(
    `$JS.API.STREAM.${verb}.${stream}`,
    encode(body),
    { timeoutMs: 20_000 },
  );
  const info = JSON.parse(new TextDecoder().decode(data)) as StreamInfo;
  assert.equal(info.error, undefined);
  return info;
}

/** Gives a stream other bounds. */
async function bound(stack: Stack, bounds: object, stream: string = name): Promise<void> {
  const { config } = await askStore(stack, "INFO", stream, {});
  await askStore(stack, "UPDATE", stream, { ...config, ...bounds });
}

async function begin(t: TestContext, journalBytes: number): Promise<Stack> {
  const stack = await startStack({
    originchats: 1,
    sockchat: 1,
    config: { storage: { journalBytes } },
  });
  t.after(() => stack.stop());
  return stack;
}

const filler = "x".repeat(1_900);

/** Speaks until it is refused. @returns what was accepted */
async function fill(ada: OriginchatsClient): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (let n = 1; n < 2_000; n += 1) {
    const text = `${n} ${filler}`;
    const answer = await ada.ask({ cmd: "message_new", channel: "general", content: text });
    if (answer["cmd"] === "error" || "error" in answer) {
      assert.match(JSON.stringify(answer), /storage is full/);
      return accepted;
    }
    accepted.push(text);
  }
  throw new Error("it never was full");
}

test("a full journal: refused with the reason on both sides, read, moderated, healed by room", async (t) => {
  const stack = await begin(t, 512 * 1_024);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  const accepted = await fill(ada);
  assert.match((await stack.cores[0]?.whyNotReady()) ?? "", /the journal is full/);
  ben.say("is anybody there?");
  await ben.next(
    "2",
    ([, , author, text]) => author === "-1" && /storage is full/.test(text ?? ""),
  );
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 1 });
  assert.match(JSON.stringify(page), new RegExp(`"${accepted.length} xxx`));
  // Who comes is let in to read, and who must go goes.
  const olga = await OriginchatsClient.signIn(portOf(stack.originchats), "olga");
  await stack.operator.mustAccept({ type: "moderation.ban", target: "ben", addresses: false });
  await ben.closed(limitMs);

  await bound(stack, { max_bytes: 4 * 1_024 * 1_024 });
  await eventually(limitMs, "readiness", async () => (await stack.cores[0]?.whyNotReady()) === "");
  olga.say("general", "there is room");
  await Promise.all([olga.sees("there is room"), ada.sees("there is room")]);
  assert.deepEqual(postedTexts(await readJournal(stack.operator.coreBus)), [
    ...accepted,
    "there is room",
  ]);
});

test("a store that takes nothing at all: what is there is read, and it heals by itself", async (t) => {
  const stack = await begin(t, 4 * 1_024 * 1_024);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const ben = await SockchatClient.signIn(portOf(stack.sockchat), "ben");
  ada.say("general", "before");
  await Promise.all([ada.sees("before"), ben.sees("before")]);
  // Core knows of no such bound, as it knows of no full disk: an append is refused that was decided already.
  const { state } = await askStore(stack, "INFO", name, {});
  await bound(stack, { max_msgs: state.messages });
  const refused = await ada.ask({ cmd: "message_new", channel: "general", content: "meanwhile" });
  assert.match(JSON.stringify(refused), /storage is full/);
  ben.say("meanwhile");
  await ben.next(
    "2",
    ([, , author, text]) => author === "-1" && /storage is full/.test(text ?? ""),
  );
  assert.match((await stack.cores[0]?.whyNotReady()) ?? "", /the store takes nothing more/);
  const page = await ada.ask({ cmd: "messages_get", channel: "general", limit: 10 });
  assert.match(JSON.stringify(page), /before/);

  await bound(stack, { max_msgs: -1 });
  await eventually(limitMs, "readiness", async () => (await stack.cores[0]?.whyNotReady()) === "");
  ada.say("general", "after");
  await Promise.all([ada.sees("after"), ben.sees("after")]);
  assert.deepEqual(postedTexts(await readJournal(stack.operator.coreBus)), ["before", "after"]);
  assert.equal(ada.has("meanwhile"), false);
});

test("an upload without room is refused with the reason, and the chat goes on", async (t) => {
  const stack = await begin(t, 0);
  const files = fileStream(community).name;
  await bound(stack, { max_bytes: 64 * 1_024 }, files);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const bytes = Buffer.concat([pdf, randomBytes(200_000)]);
  const address = `http://127.0.0.1:${portOf(stack.originchats)}/attachments/upload`;
  const upload = () =>
    post(address, {
      ...proofOf(ada),
      file: dataUri("application/pdf", bytes),
      name: "big.pdf",
      mime_type: "application/pdf",
      channel: "general",
    });
  const refused = await upload();
  assert.deepEqual(
    [refused.status, refused.body],
    [507, { error: "The server's storage is full; its operator has been told" }],
  );
  ada.say("general", "on it goes");
  await ada.sees("on it goes");
  await bound(stack, { max_bytes: -1 }, files);
  assert.equal((await upload()).status, 201);
});

test("a bound below what is stored is never asked for: the server would delete", async (t) => {
  const stack = await begin(t, 0);
  const ada = await OriginchatsClient.signIn(portOf(stack.originchats), "ada");
  const said = Array.from({ length: 400 }, (_, n) => `${n} ${filler}`);
  for (const text of said) ada.say("general", text);
  await ada.sees(said.at(-1) ?? "");
  await stack.cores[0]?.stop();
  await stack.add("core", { config: { storage: { journalBytes: 1_024 } } });
  ada.say("general", "still there");
  await ada.sees("still there");
  const texts = postedTexts(await readJournal(stack.operator.coreBus));
  assert.deepEqual(texts, [...said, "still there"]);
});
