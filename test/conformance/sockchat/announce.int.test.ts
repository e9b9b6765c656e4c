/** Sock Chat 4.2: `/say`, a notice to everybody wherever they are (transcript 21). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({ config: { limits: { postContent: 100 } } });

test("/say reaches every session in every channel as the same line", async () => {
  const olga = await home.onSockchat("olga");
  const ben = await home.onSockchat("ben");
  const ada = await home.onSockchat("ada");
  ada.say("/join random");
  await ada.next("5", ([, kind, slug]) => kind === "2" && slug === "random");
  olga.say("/say [b]hear[/b] <i>ye</i>\nall");
  const lines = [await olga.notice("say"), await ben.notice("say"), await ada.notice("say")];
  for (const [, , author, body, id, flags] of lines) {
    assert.deepEqual([author, flags], ["-1", "10010"]);
    assert.equal(body, "0\fsay\f[b]hear[/b] &lt;i&gt;ye&lt;/i&gt; <br/> all");
    assert.equal(id, lines[0]?.[4]);
  }
  const late = await home.onSockchat("mona");
  const backlog = late.log.entries.filter(([id, kind]) => id === "7" && kind === "1");
  assert.ok(backlog.some(([, , , , , , , body]) => body === lines[0]?.[3]));
});

test("/say needs the right, a text, and no more than the limit", async () => {
  const olga = await home.onSockchat("olga");
  const mona = await home.onSockchat("mona");
  const ben = await home.onSockchat("ben");
  mona.say("/say me too");
  assert.equal((await mona.notice("cmdna"))[3], "1\fcmdna\f/say");
  mona.say("/say");
  assert.equal((await mona.notice("cmdna"))[3], "1\fcmdna\f/say");
  olga.say("/say");
  assert.equal((await olga.notice("cmderr"))[3], "1\fcmderr");
  olga.say("/say   ");
  assert.equal((await olga.notice("cmderr"))[3], "1\fcmderr");
  const mark = ben.log.length;
  olga.say(`/say ${"x".repeat(101)}`);
  const refused = await olga.notice("say");
  assert.equal(refused[3], "0\fsay\fMessage too long. Maximum length is 100 characters");
  assert.deepEqual(
    ben.log.since(mark).filter(([id]) => id === "2"),
    [],
  );
});
