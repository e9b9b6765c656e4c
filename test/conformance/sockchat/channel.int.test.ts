/**
 * Sock Chat reference 4.2 and 5.2: commands about channels, packets 4.x, 5.x and 8, and their notices, over real
 * sockets.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SockchatClient } from "../../support/sockchat-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: { graceMs: 0, sockchat: { floodWarn: 1000, floodKick: 1000 } },
});

/** The body of the next notice with that key. */
async function told(client: SockchatClient, key: string): Promise<string | undefined> {
  return (await client.notice(key))[3];
}

/** Gives a command and waits for its notice. */
function command(client: SockchatClient, text: string, key: string): Promise<string | undefined> {
  client.say(text);
  return told(client, key);
}

/** Everything since a mark, each packet as one line, up to the first of that id and sub-id. */
function lines(client: SockchatClient, mark: number): readonly string[] {
  return client.log.since(mark).map((packet) => packet.join("\t"));
}

async function join(client: SockchatClient, channel: string, password = ""): Promise<void> {
  client.say(`/join ${channel}${password === "" ? "" : ` ${password}`}`);
  await client.next("5", ([, kind, slug]) => kind === "2" && slug === channel);
}

test("/create makes a temporary channel by the right of a member, and the maker is moved in", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  await ben.next("1", ([, , , name]) => name === "mona");
  const mark = ben.log.length;
  ben.say("/create club");
  assert.deepEqual(await mona.next("4"), ["4", "0", "club", "0", "1"]);
  assert.deepEqual((await mona.next("5")).slice(0, 3), ["5", "1", ben.userId]);
  assert.equal(await told(ben, "crchan"), "0\fcrchan\fclub");
  const got = lines(ben, mark);
  assert.equal(got[0], "4\t0\tclub\t0\t1");
  assert.match(got[1] ?? "", new RegExp(`^5\t1\t${ben.userId}\t\\d+$`));
  assert.equal(got[2], "8\t3");
  assert.equal(got[3], "7\t0\t0");
  assert.match(
    got[4] ?? "",
    /^7\t1\t\d+\t-1\tChatBot\tinherit\t\t0\fsay\f#club was created by ben\.\t/,
  );
  assert.equal(got[5], "5\t2\tclub");
  assert.equal(got.length, 7);
  ben.say("first in club");
  await ben.sees("first in club");
  mona.say("/join club");
  assert.equal((await ben.next("5"))[3], "mona");
  await mona.sees("first in club");
});

test("a temporary channel goes when its owner moves away, and who is left in it is moved first", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  const olga = await home.onSockchat("olga");
  await command(ben, "/create nest", "crchan");
  await join(mona, "nest");
  const mark = mona.log.length;
  await join(ben, "general");
  assert.deepEqual(await olga.next("4", ([, kind]) => kind === "2"), ["4", "2", "nest"]);
  await mona.next("4", ([, kind]) => kind === "2");
  const got = lines(mona, mark);
  assert.match(got[0] ?? "", new RegExp(`^5\t1\t${ben.userId}\t`));
  assert.match(got[1] ?? "", new RegExp(`^5\t1\t${mona.userId}\t`));
  assert.equal(got[2], "8\t3");
  assert.match(got[3] ?? "", /^7\t0\t2\t/);
  assert.equal(got.at(-2), "5\t2\tgeneral");
  assert.equal(got.at(-1), "4\t2\tnest");
  assert.ok(got.slice(4, -2).every((line) => line.startsWith("7\t1\t")));
  mona.say("back in general");
  await ben.sees("back in general");
});

test("a temporary channel goes when its owner disconnects: packet 3, the others moved, 4.2 once", async () => {
  const ben = await home.onSockchat("ben");
  const mona = await home.onSockchat("mona");
  await command(ben, "/create fleeting", "crchan");
  await join(mona, "fleeting");
  const mark = mona.log.length;
  await ben.close();
  await mona.next("4", ([, kind]) => kind === "2");
  const got = lines(mona, mark);
  assert.match(got[0] ?? "", new RegExp(`^3\t${ben.userId}\tben\tleave\t`));
  assert.match(got[1] ?? "", /^5\t1\t/);
  assert.equal(got.filter((line) => line === "4\t2\tfleeting").length, 1);
  assert.ok(got.indexOf("5\t2\tgeneral") < got.indexOf("4\t2\tfleeting"));
});

test("whoever puts out the owner of the temporary channel where they stand is moved like the others", async () => {
  const mona = await home.onSockchat("mona");
  for (const act of ["/kick ben", "/ban ben"]) {
    const ben = await home.onSockchat("ben");
    await command(ben, "/create burrow", "crchan");
    await join(mona, "burrow");
    const mark = mona.log.length;
    mona.say(act);
    await mona.next("4", ([, kind]) => kind === "2");
    const got = lines(mona, mark);
    assert.match(got[0] ?? "", new RegExp(`^3\t${ben.userId}\tben\t`));
    assert.match(got[1] ?? "", new RegExp(`^5\t1\t${mona.userId}\t`));
    assert.equal(got[2], "8\t3");
    assert.match(got[3] ?? "", /^7\t0\t/);
    assert.deepEqual(got.slice(-2), ["5\t2\tgeneral", "4\t2\tburrow"]);
    assert.ok(got.slice(4, -2).every((line) => line.startsWith("7\t1\t")));
    mona.say(`done with ${act}`);
    await mona.sees(`done with ${act}`);
  }
  await command(mona, "/unban ben", "unban");
});

test("/create with a rank is seen from that rank on; above one's own it is rankerr", async () => {
  const ben = await home.onSockchat("ben");
  const olga = await home.onSockchat("olga");
  assert.equal(await command(olga, "/create 3 hall of fame", "crchan"), "0\fcrchan\fhall_of_fame");
  assert.equal(await command(olga, "/create 11 top", "rankerr"), "1\frankerr");
  olga.say("/create open house");
  assert.deepEqual(await ben.next("4"), ["4", "0", "open_house", "0", "0"]);
  assert.ok(!ben.log.entries.some((packet) => packet.includes("hall_of_fame")));
  assert.equal(await command(ben, "/join hall_of_fame", "nochan"), "1\fnochan\fhall_of_fame");
  assert.deepEqual(await ben.next("5"), ["5", "2", "general"]);
});

test("/create without a name, or with a number alone, is cmderr; bad names inchan; taken ones nischan", async () => {
  const olga = await home.onSockchat("olga");
  for (const text of ["/create", "/create 42"]) {
    assert.equal(await command(olga, text, "cmderr"), "1\fcmderr", text);
  }
  const long = "n".repeat(31);
  for (const name of ["@x", "*x", "a<b>", "кафе", long]) {
    assert.equal(await command(olga, `/create ${name}`, "inchan"), "1\finchan", name);
  }
  assert.equal(await command(olga, "/create General", "nischan"), "1\fnischan\fGeneral");
});

test("/password and /rank in a channel that is not one's own are namchan", async () => {
  const ada = await home.onSockchat("ada");
  for (const text of ["/password x", "/pwd", "/rank 0", "/priv 0", "/privilege x"]) {
    assert.equal(await command(ada, text, "namchan"), "1\fnamchan\fgeneral", text);
  }
});

test("/join refuses with a notice and goes back by 5.2", async () => {
  const ben = await home.onSockchat("ben");
  const cases: readonly (readonly [string, string, string])[] = [
    ["/join nowhere", "nochan", "1\fnochan\fnowhere"],
    ["/join staff", "nochan", "1\fnochan\fstaff"],
    ["/join general", "samechan", "1\fsamechan\fgeneral"],
    ["/join GENERAL", "samechan", "1\fsamechan\fGENERAL"],
  ];
  for (const [text, key, body] of cases) {
    assert.equal(await command(ben, text, key), body);
    assert.deepEqual(await ben.next("5"), ["5", "2", "general"]);
  }
});

test("/password locks a channel: nopwchan without one, ipwchan with a wrong one, in with the right one", async () => {
  const ben = await home.onSockchat("ben");
  const ada = await home.onSockchat("ada");
  const mona = await home.onSockchat("mona");
  await command(ben, "/create den", "crchan");
  await ada.next("4", ([, , slug]) => slug === "den");
  await join(mona, "den");
  const mark = ben.log.length;
  assert.equal(await command(ben, "/password two words", "cpwdchan"), "0\fcpwdchan");
  assert.equal(lines(ben, mark)[0], "4\t1\tden\tden\t1\t1");
  assert.deepEqual(await ada.next("4"), ["4", "1", "den", "den", "1", "1"]);
  mona.say("still inside");
  await ben.sees("still inside");

  assert.equal(await command(ada, "/join den", "nopwchan"), "1\fnopwchan\fden");
  assert.deepEqual(await ada.next("5"), ["5", "2", "general"]);
  assert.equal(await command(ada, "/join den two", "ipwchan"), "1\fipwchan\fden");
  assert.deepEqual(await ada.next("5"), ["5", "2", "general"]);
  assert.equal(await command(ada, "/who den", "whoerr"), "1\fwhoerr\fden");
  await join(ada, "den", "two words");
  assert.equal(await command(ada, "/pwd mine", "namchan"), "1\fnamchan\fden");
  await join(ada, "general");
  assert.equal(await command(ada, "/join den", "nopwchan"), "1\fnopwchan\fden");

  assert.equal(await command(ben, "/pwd", "cpwdchan"), "0\fcpwdchan");
  assert.deepEqual(await ada.next("4"), ["4", "1", "den", "den", "0", "1"]);
  await join(ada, "den");
});

test("owner and those who manage channels need no password", async () => {
  const ben = await home.onSockchat("ben");
  const second = await home.onSockchat("ben");
  const olga = await home.onSockchat("olga");
  await command(ben, "/create vault", "crchan");
  await command(ben, '/password <ключ> & "x"', "cpwdchan");
  await join(second, "vault");
  await join(olga, "vault");
  assert.equal(await command(olga, "/password other", "cpwdchan"), "0\fcpwdchan");
  const ada = await home.onSockchat("ada");
  await command(ada, '/join vault <ключ> & "x"', "ipwchan");
  await join(ada, "vault", "other");
});

test("/rank moves sight of a channel: 4.2 to who loses it, 4.0 to who gains it, 4.1 to the others", async () => {
  const olga = await home.onSockchat("olga");
  const mona = await home.onSockchat("mona");
  const ada = await home.onSockchat("ada");
  await command(olga, "/create tower", "crchan");
  for (const client of [mona, ada]) await client.next("4", ([, , slug]) => slug === "tower");
  await join(ada, "tower");
  assert.equal(await command(olga, "/rank 5", "cprivchan"), "0\fcprivchan");
  assert.deepEqual(await mona.next("4"), ["4", "1", "tower", "tower", "0", "0"]);
  assert.deepEqual(await ada.next("5", ([, kind]) => kind === "2"), ["5", "2", "general"]);
  assert.deepEqual(await ada.next("4"), ["4", "2", "tower"]);
  assert.equal(await command(ada, "/join tower", "nochan"), "1\fnochan\ftower");
  for (const text of ["/priv 11", "/privilege abc", "/rank", "/rank -3"]) {
    assert.equal(await command(olga, text, "rankerr"), "1\frankerr", text);
  }
  assert.equal(await command(olga, "/rank 0", "cprivchan"), "0\fcprivchan");
  assert.deepEqual(await ada.next("4"), ["4", "0", "tower", "0", "0"]);
});

test("the default channel takes no password, no rank and no end", async () => {
  const olga = await home.onSockchat("olga");
  assert.equal(await command(olga, "/password x", "namchan"), "1\fnamchan\fgeneral");
  assert.equal(await command(olga, "/rank 5", "namchan"), "1\fnamchan\fgeneral");
  assert.equal(await command(olga, "/delchan general", "ndchan"), "1\fndchan\fgeneral");
});

test("/delchan and /delete end a channel of one's own, or any by right: people moved, 4.2, delchan", async () => {
  const olga = await home.onSockchat("olga");
  const ben = await home.onSockchat("ben");
  const ada = await home.onSockchat("ada");
  await command(ben, "/create brief", "crchan");
  await join(ada, "brief");
  assert.equal(await command(ada, "/delchan brief", "ndchan"), "1\fndchan\fbrief");
  assert.equal(await command(ada, "/delchan", "cmderr"), "1\fcmderr");
  assert.equal(await command(ada, "/delete nowhere", "nochan"), "1\fnochan\fnowhere");
  const mark = ben.log.length;
  assert.equal(await command(ben, "/delete brief", "delchan"), "0\fdelchan\fbrief");
  const got = lines(ben, mark);
  assert.ok(got.indexOf("5\t2\tgeneral") < got.indexOf("4\t2\tbrief"));
  await ada.next("4", ([, kind, slug]) => kind === "2" && slug === "brief");
  assert.ok(lines(ada, 0).lastIndexOf("5\t2\tgeneral") > 0);

  await command(ben, "/create a b", "crchan");
  assert.equal(await command(olga, "/delchan a b", "delchan"), "0\fdelchan\fa_b");
});

test("a move tells the channel's topic, behind its history and before 5.2", async () => {
  const { operator } = home.stack;
  await operator.mustAccept({
    type: "channel.create",
    kind: "text",
    name: "topical",
    description: "About <things> & more",
    permissions: { view: ["user"], send: ["user"] },
  });
  const ben = await home.onSockchat("ben");
  const mark = ben.log.length;
  await join(ben, "topical");
  const got = lines(ben, mark);
  assert.match(
    got.at(-2) ?? "",
    /^7\t1\t\d+\t-1\tChatBot\tinherit\t\t0\fsay\fAbout &lt;things&gt; & more\t\d+\t0\t10010$/,
  );
  assert.equal(got.at(-1), "5\t2\ttopical");
});

test("separators, voice channels and forums are no channels here", async () => {
  const { operator } = home.stack;
  const ben = await home.onSockchat("ben");
  for (const kind of ["voice", "forum", "separator"] as const) {
    const permissions = { view: ["user"] };
    await operator.mustAccept({ type: "channel.create", kind, name: `a-${kind}`, permissions });
    assert.equal(await command(ben, `/join a-${kind}`, "nochan"), `1\fnochan\fa-${kind}`);
  }
  assert.ok(!ben.log.entries.some(([id, , slug]) => id === "4" && slug?.startsWith("a-")));
});
