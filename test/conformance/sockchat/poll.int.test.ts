/** `/vote` (bridge table, poll): the newest open poll of the place where one stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

async function poll(by: OriginchatsClient, question: string, more: object = {}): Promise<string> {
  const options = ["yes", "no", "perhaps"];
  const made = await by.ask({ cmd: "poll_create", channel: "general", question, options, ...more });
  return String(made["poll_id"]);
}

/** The next notice of our own that tells this. */
function told(client: SockchatClient, text: string): Promise<SockchatPacket> {
  return client.next("2", ([, , author, body]) => author === "-1" && body === `0\fsay\f${text}`);
}

test("/vote chooses by number in the newest open poll, and again in place of that", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await poll(ada, "Older?");
  await poll(ada, "Newer?");
  ben.say("/vote 2");
  await told(ben, 'Poll "Newer?": 1. yes (0), 2. no (1), 3. perhaps (0)');
  ben.say("/vote 1 3");
  await told(ben, 'Poll "Newer?": 1. yes (0), 2. no (0), 3. perhaps (1)');
});

test("/vote takes several numbers where several may be chosen", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await poll(ada, "Many?", { allow_multiselect: true });
  ben.say("/vote 1 3");
  await told(ben, 'Poll "Many?": 1. yes (1), 2. no (0), 3. perhaps (1)');
});

test("/vote without a number, or with something else, is cmderr", async () => {
  const ben = await home.onSockchat("ben");
  for (const text of ["/vote", "/vote yes", "/vote 1 -2"]) {
    ben.say(text);
    assert.equal((await ben.notice("cmderr"))[3], "1\fcmderr");
  }
});

test("/vote says what there is not: such an option, an open poll", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await poll(ada, "Few?");
  ben.say("/vote 4");
  await told(ben, "Invalid option: 4");
  ben.say("/join random");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "random");
  ben.say("/vote 1");
  await told(ben, "There is no open poll here");
});

test("a poll that is over is passed over by /vote", async () => {
  const ada = await home.onOriginchats("ada");
  const mona = await home.onSockchat("mona");
  await poll(ada, "Open?");
  const over = await poll(ada, "Over?");
  await ada.ask({ cmd: "poll_end", poll_id: over });
  mona.say("/vote 1");
  await told(mona, 'Poll "Open?": 1. yes (1), 2. no (0), 3. perhaps (0)');
});
