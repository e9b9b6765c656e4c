/** Bridge table, poll: on Sock Chat a notice with numbered options and the running result. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();

const tea = { cmd: "poll_create", channel: "general", question: "Tea <now>?" };
const options = ["yes & no", { id: "n", text: "no", emoji: "🚫" }];

/** The next line by the bot whose body begins so. */
function notice(client: SockchatClient, begin: string): Promise<SockchatPacket> {
  return client.next(
    "2",
    ([, , author, body]) => author === "-1" && (body ?? "").startsWith(`0\fsay\f${begin}`),
  );
}

test("a new poll is one notice under the number of its message, live and in the history", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await ada.ask({ ...tea, options });
  const live = await notice(ben, "ada: Tea");
  const body =
    "0\fsay\fada: Tea &lt;now&gt;? <br/> 1. yes & no (0) <br/> 2. 🚫 no (0) <br/> Vote with /vote number";
  assert.equal(live[3], body);
  assert.equal(live[5], "10010");
  const mona = await home.onSockchat("mona");
  const past = mona.log.entries.find(([id, kind, , , , , , text]) =>
    id === "7" && kind === "1" ? text === body : false,
  );
  assert.equal(past?.[8], live[4]);
});

test("each vote, on either side, tells the running result", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const made = await ada.ask({ ...tea, options });
  await ada.ask({ cmd: "poll_vote", poll_id: made["poll_id"], option_id: "0" });
  const first = await notice(ben, "Poll");
  assert.equal(first[3], '0\fsay\fPoll "Tea &lt;now&gt;?": 1. yes & no (1), 2. 🚫 no (0)');
  ben.say("/vote 2");
  const update = await ada.next("poll_vote_update", (packet) => packet["user"] === "ben");
  assert.deepEqual(update["option_ids"], ["n"]);
  const second = await notice(ben, "Poll");
  assert.equal(second[3], '0\fsay\fPoll "Tea &lt;now&gt;?": 1. yes & no (1), 2. 🚫 no (1)');
});

test("its end is told, and the history says that it is over", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const made = await ada.ask({ ...tea, options });
  await ada.ask({ cmd: "poll_end", poll_id: made["poll_id"] });
  const end = await notice(ben, "Poll");
  assert.equal(end[3], '0\fsay\fPoll "Tea &lt;now&gt;?" has ended: 1. yes & no (0), 2. 🚫 no (0)');
  const mona = await home.onSockchat("mona");
  const past = mona.log.entries.filter(
    ([id, kind, , , , , , text = ""]) => id === "7" && kind === "1" && text.includes("ada: Tea"),
  );
  assert.ok(past.at(-1)?.[7]?.endsWith("The poll has ended"), past.at(-1)?.[7]);
});

test("a poll whose message goes is taken out on both sides", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const made = await ada.ask({ ...tea, options });
  const live = await notice(ben, "ada: Tea");
  await ada.ask({ cmd: "message_delete", channel: "general", id: made["message_id"] });
  assert.equal((await ben.next("6"))[1], live[4]);
});

test("a vote that changes nothing is answered, and told to nobody else", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await ada.ask({ ...tea, options });
  await notice(ben, "ada: Tea");
  ben.say("/vote 2");
  await notice(ben, "Poll ");
  ben.say("/vote 2");
  const answer = await notice(ben, "You have voted");
  assert.equal(answer[3], "0\fsay\fYou have voted so already");
});
