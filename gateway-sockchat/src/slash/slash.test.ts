import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, Commit, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import {
  ada,
  at,
  ben,
  connection,
  type EdgeView,
  edgeView,
  firstLine,
  general,
  mona,
  olga,
  only,
  random,
  sent,
  session,
  staff,
  type,
} from "../testing/edge.ts";
import { parseSlash, slashRows } from "./index.ts";
import { readSeconds } from "./moderation.ts";

const adaHere = session(ada, general);
const monaHere = session(mona, general);
const olgaHere = session(olga, general);
const house = (): EdgeView =>
  edgeView({ sessions: [adaHere, monaHere, session(ben, random), session(olga)] });

const line = (body: string, id = firstLine): string => `2\t${at}\t-1\t${body}\t${id}\t10010`;

/** The bodies of the notices that a typed line is answered with. */
function told(text: string, who = monaHere, set = house()): readonly string[] {
  return sent(type(text, connection(who), set)).map((packet) => packet.split("\t")[3] ?? packet);
}

function body(text: string, who = monaHere, set = house()): Command {
  return only(type(text, connection(who), set), "command").body;
}

/** What a refusal of the command of a typed line is told as. */
function refused(
  text: string,
  rejection: Rejection,
  who = monaHere,
  set = house(),
): readonly string[] {
  const step = only(type(text, connection(who), set), "command");
  return sent(step.refuse(rejection, set.view));
}

test("names are read without dots and case, arguments at single spaces", () => {
  assert.deepEqual(parseSlash("/N.o.N a  b"), { name: "non", rest: "a  b", words: ["a", "", "b"] });
  assert.deepEqual(parseSlash("/"), { name: "", rest: "", words: [""] });
  assert.deepEqual(parseSlash("/me\nx"), { name: "me", rest: "x", words: ["x"] });
});

test("no name stands in the table twice", () => {
  const names = slashRows.flatMap((row) => row.names);
  assert.equal(new Set(names).size, names.length);
  for (const { names: own, usage } of slashRows) assert.ok(usage.startsWith(`/${own[0]}`));
});

test("an unknown command is answered with its name, escaped", () => {
  const cases = [
    ["/NonSense with words", "nonsense"],
    ["/", ""],
    ["//", "/"],
    ["/<img src=x>", "&lt;img"],
    ["/команда", "команда"],
    ["/leave", "leave"],
    ["/channels", "channels"],
    ["/constructor", "constructor"],
    ["/__proto__", "__proto__"],
  ] as const;
  for (const [typed, name] of cases) assert.deepEqual(told(typed), [`1\fnocmd\f${name}`]);
});

test("/me and /action are actions; without a text nothing", () => {
  const expected = {
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "action",
    content: { text: "waves  twice", markup: "bbcode" },
  };
  assert.deepEqual(body("/me waves  twice"), expected);
  assert.deepEqual(body("/action  waves  twice"), expected);
  assert.deepEqual(type("/me", connection(monaHere), house()), []);
});

test("/msg and /whisper take a name and a text", () => {
  const expected = {
    type: "message.whisper",
    target: ben.userId,
    content: { text: "back  to\nyou", markup: "bbcode" },
  };
  assert.deepEqual(body("/msg ben back  to\nyou"), expected);
  assert.deepEqual(body("/whisper ben  back  to\nyou"), expected);
  assert.deepEqual(told("/msg"), ["1\fcmderr"]);
  assert.deepEqual(told("/msg ben"), ["1\fcmderr"]);
  assert.deepEqual(refused("/msg nobody x", { code: "not_found", what: "user", given: "nobody" }), [
    line("1\fusernf\fnobody"),
  ]);
  assert.deepEqual(refused("/msg mona x", { code: "self_target", given: "mona" }), []);
  const long = "Message too long. Maximum length is 2000 characters";
  assert.deepEqual(told(`/msg ben ${"x".repeat(2001)}`), [`0\fsay\f${long}`]);
  assert.equal(body(`/msg ben ${"x".repeat(2000)}`).type, "message.whisper");
});

test("/delete and /delmsg take a message's number and nothing that is none", () => {
  assert.deepEqual(body("/delete 41"), { type: "message.delete", message: "41" });
  assert.deepEqual(body("/delmsg 0041"), { type: "message.delete", message: "41" });
  assert.deepEqual(told("/delmsg abc"), ["1\fcmderr"]);
  assert.deepEqual(told("/delete"), ["1\fcmderr"]);
  assert.deepEqual(told(`/delete ${firstLine}`), ["1\fdelerr"]);
  assert.deepEqual(told("/delete 0"), ["1\fdelerr"]);
  assert.deepEqual(body("/delete random"), { type: "channel.delete", channel: "random" });
  const missing: Rejection = { code: "not_found", what: "message", given: "41" };
  assert.deepEqual(refused("/delete 41", missing), [line("1\fdelerr")]);
  const need = (what: string): Rejection => ({ code: "not_permitted", need: what, hidden: false });
  assert.deepEqual(refused("/delete 41", need("delete")), [line("1\fdelerr")]);
  assert.deepEqual(refused("/delete 41", need("delete_own")), [line("1\fcmdna\f/delete")]);
  assert.deepEqual(refused("/delmsg 41", { code: "rank_too_low", given: "41" }), [
    line("1\fdelerr"),
  ]);
});

test("times are seconds: fractions pass, -1 is for ever, all else at or below zero is bad", () => {
  assert.equal(readSeconds(undefined), undefined);
  assert.equal(readSeconds("-1"), null);
  assert.equal(readSeconds("60"), 60);
  assert.equal(readSeconds("0.5"), 0.5);
  for (const bad of ["0", "-2", "soon", "", "1e3", "0x10", "99999999999", "Infinity", " 5"]) {
    assert.equal(readSeconds(bad), "bad", bad);
  }
});

test("/kick is without a time, for a time, or for ever", () => {
  assert.deepEqual(body("/kick ben"), { type: "moderation.kick", target: ben.userId });
  assert.deepEqual(body("/kick ben 60 x"), {
    type: "moderation.kick",
    target: ben.userId,
    seconds: 60,
  });
  assert.deepEqual(body("/kick ben -1"), {
    type: "moderation.ban",
    target: ben.userId,
    addresses: false,
  });
});

test("/ban takes the addresses along", () => {
  const ban = { type: "moderation.ban", target: ben.userId, addresses: true };
  assert.deepEqual(body("/ban ben"), ban);
  assert.deepEqual(body("/ban ben -1"), ban);
  assert.deepEqual(body("/ban ben 5"), { ...ban, seconds: 5 });
});

test("a bad time is answered after right, person and rank", () => {
  assert.deepEqual(told("/kick ben soon", adaHere), ["1\fcmdna\f/kick"]);
  assert.deepEqual(told("/kick nobody soon"), ["1\fusernf\fnobody"]);
  assert.deepEqual(told("/kick mona soon"), ["1\fkickna\fmona"]);
  assert.deepEqual(told("/kick olga soon"), ["1\fkickna\folga"]);
  assert.deepEqual(told("/kick ben soon"), ["1\fcmderr"]);
  assert.deepEqual(told("/ban ben 0"), ["1\fcmderr"]);
});

test("/kick and /ban say why not", () => {
  for (const name of ["kick", "ban"]) {
    assert.deepEqual(told(`/${name}`), ["1\fusernf\fUser"]);
    assert.deepEqual(told(`/${name}`, adaHere), [`1\fcmdna\f/${name}`]);
    const cases: readonly (readonly [Rejection, string])[] = [
      [{ code: "not_permitted", need: "kick_members", hidden: false }, `1\fcmdna\f/${name}`],
      [{ code: "not_found", what: "user", given: "<ben>" }, "1\fusernf\f&lt;ben&gt;"],
      [{ code: "rank_too_low", given: "ben" }, "1\fkickna\fben"],
      [{ code: "self_target", given: "ben" }, "1\fkickna\fben"],
      [{ code: "already_exists", what: "ban", given: "ben" }, "1\fkickna\fben"],
    ];
    for (const [rejection, expected] of cases) {
      assert.deepEqual(refused(`/${name} ben`, rejection), [line(expected)]);
    }
  }
});

test("/unban tells the account's name, or that it is not banned", () => {
  assert.deepEqual(told("/unban"), ["1\fnotban\f"]);
  assert.deepEqual(told("/unban", adaHere), ["1\fcmdna\f/unban"]);
  const set = house();
  const step = only(type("/pardon BEN", connection(monaHere), set), "command");
  assert.deepEqual(step.body, { type: "moderation.unban", target: ben.userId });
  const commit = {
    events: [{ type: "moderation.unbanned", userId: ben.userId, byId: mona.userId }],
  } as unknown as Commit;
  assert.deepEqual(sent(step.settle?.([], commit, set.view) ?? []), [line("0\funban\fben")]);
  for (const what of ["ban", "user"] as const) {
    assert.deepEqual(refused("/unban ben", { code: "not_found", what, given: "ben" }), [
      line("1\fnotban\fben"),
    ]);
  }
});

test("/join moves; accepted, the mover is given the channel and its name last", () => {
  const set = house();
  const step = only(type("/join Random se cret", connection(adaHere), set), "command");
  assert.deepEqual(step.body, { type: "session.move", channel: "Random", password: "se cret" });
  set.roster.apply(
    {
      type: "session.moved",
      sessionId: adaHere.sessionId,
      userId: ada.userId,
      from: { channelId: general.channelId },
      to: { channelId: random.channelId },
    },
    { term: 1 },
  );
  const steps = step.settle?.(["5\t1\t4\t9"], {} as Commit, set.view) ?? [];
  const ben7 = "3\tben\tinherit\t1\f0\f0\f1\f1\t1";
  assert.deepEqual(sent(steps), [
    "5\t1\t4\t9",
    "8\t3",
    `7\t0\t2\t1\tolga\t#ff0000\t10\f1\f1\f1\f2\t1\t${ben7}`,
  ]);
  const page = steps[1];
  assert.ok(page?.do === "query");
  const answer = page.answer as (answer: unknown, view: View) => readonly Step[];
  assert.deepEqual(sent(answer({ messages: [] }, set.view)), ["5\t2\trandom"]);
});

test("each refused /join says why and ends in 5.2 with the present channel", () => {
  const cases: readonly (readonly [Rejection, string])[] = [
    [{ code: "not_found", what: "channel", given: "nowhere" }, "1\fnochan\fnowhere"],
    [{ code: "already_exists", what: "channel", given: "nowhere" }, "1\fsamechan\fnowhere"],
    [{ code: "wrong_password", given: false }, "1\fnopwchan\fnowhere"],
    [{ code: "wrong_password", given: true }, "1\fipwchan\fnowhere"],
    [{ code: "busy", waitMs: 1 }, "1\fgenerr"],
  ];
  for (const [rejection, expected] of cases) {
    assert.deepEqual(refused("/join nowhere", rejection), [line(expected), "5\t2\tgeneral"]);
  }
  assert.deepEqual(type("/join", connection(monaHere), house()), []);
  assert.deepEqual(type("/join ", connection(monaHere), house()), []);
  const far = "x".repeat(101);
  assert.deepEqual(told(`/join ${far}`).at(-1), "5\t2\tgeneral");
});

const entry = (name: string, style = ""): string =>
  `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${style}>${name}</a>`;
const bold = ' style="font-weight: bold;"';

test("/who lists everybody, the asker in bold; of a channel, who is in it", () => {
  assert.deepEqual(told("/who", adaHere), [
    `0\fwho\f${entry("olga")}, ${entry("mona")}, ${entry("ada", bold)}, ${entry("ben")}`,
  ]);
  assert.deepEqual(told("/who RANDOM", adaHere), [
    `0\fwhochan\frandom\f${entry("olga")}, ${entry("ben")}`,
  ]);
  assert.deepEqual(told("/who nowhere", adaHere), ["1\fnochan\fnowhere"]);
  assert.deepEqual(told(`/who ${staff.slug}`, adaHere), ["1\fnochan\fstaff"]);
  assert.deepEqual(told("/who high", adaHere), ["1\fnochan\fhigh"]);
  assert.deepEqual(told("/who high"), [`0\fwhochan\fhigh\f${entry("olga")}`]);
});

test("/token shows a log-in to its caller alone, and revokes", () => {
  const set = house();
  const step = only(type("/token", connection(adaHere), set), "grant");
  assert.deepEqual(step.body, { type: "user.token" });
  const answer = step.granted as (answer: unknown, view: View) => readonly Step[];
  const token = { token: "tok-1", expiresAtMs: set.view.nowMs + 30 * 24 * 3_600_000 };
  assert.deepEqual(sent(answer(token, set.view)), [
    line("0\fsay\fYour log-in for OriginChats, usable for 30 days: name ada password tok-1"),
  ]);
  assert.deepEqual(sent(step.refuse({ code: "busy", waitMs: 1 }, set.view)), [
    line("1\fgenerr", firstLine + 1),
  ]);
  assert.deepEqual(body("/token revoke", adaHere), { type: "user.revoke" });
  assert.deepEqual(told("/token x", adaHere), ["1\fcmderr"]);
});

/** With the owner in it, who alone may silence here. */
const owned = (): EdgeView =>
  edgeView({ sessions: [adaHere, monaHere, olgaHere, session(ben, random)] });

test("/silence and /unsilence name a person who is online and a time in seconds", () => {
  const silence = { type: "moderation.silence", target: ben.userId, replace: false };
  assert.deepEqual(body("/silence ben", olgaHere, owned()), silence);
  assert.deepEqual(body("/silence ben -1", olgaHere, owned()), silence);
  assert.deepEqual(body("/silence ben 0.5 loud", olgaHere, owned()), { ...silence, seconds: 0.5 });
  assert.deepEqual(body("/unsilence BEN", olgaHere, owned()), {
    type: "moderation.unsilence",
    target: ben.userId,
  });
  const notices = [
    ["/silence", "1\fusernf\fUser"],
    ["/silence nobody", "1\fusernf\fnobody"],
    ["/silence olga soon", "1\fsilself"],
    ["/silence ben soon", "1\fcmderr"],
    ["/unsilence", "1\fusernf\fUser"],
  ] as const;
  for (const [text, expected] of notices)
    assert.deepEqual(told(text, olgaHere, owned()), [expected]);
  assert.deepEqual(told("/silence ben", adaHere), ["1\fcmdna\f/silence"]);
});

test("each refusal of a silence has its own notice", () => {
  const cases: readonly (readonly [string, Rejection, string])[] = [
    ["silence", { code: "self_target", given: "x" }, "silself"],
    ["silence", { code: "rank_too_low", given: "x" }, "silperr"],
    ["silence", { code: "already_exists", what: "silence", given: "x" }, "silerr"],
    ["unsilence", { code: "self_target", given: "x" }, "usilperr"],
    ["unsilence", { code: "rank_too_low", given: "x" }, "usilperr"],
    ["unsilence", { code: "not_found", what: "silence", given: "x" }, "usilerr"],
  ];
  for (const [verb, rejection, key] of cases) {
    assert.deepEqual(refused(`/${verb} ben`, rejection, olgaHere, owned()), [line(`1\f${key}`)]);
  }
});

test("/unbanip takes an address, /whois and /bans ask for what only some may see", () => {
  assert.deepEqual(body("/unbanip 192.0.2.*"), {
    type: "moderation.unban",
    target: "192.0.2.*",
    by: "address",
  });
  assert.deepEqual(told("/unbanip"), ["1\fnotban\f"]);
  const set = house();
  const whois = only(type("/whois <ben>", connection(monaHere), set), "query");
  assert.deepEqual(whois.body, { type: "user.addresses", target: "<ben>" });
  const denied = { code: "not_permitted", need: "seeAddresses", hidden: false } as const;
  assert.deepEqual(sent(whois.refuse(denied, set.view)), [line("1\fcmdna\f/whois")]);
  const bans = only(type("/bans", connection(monaHere), set), "query");
  const answer = bans.answer as (answer: unknown, view: View) => readonly Step[];
  const ban = { userId: ben.userId, kind: "ban", untilMs: null };
  const link = (verb: string, text: string): string =>
    `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/${verb} '+ this.innerHTML);">${text}</a>`;
  assert.deepEqual(sent(answer({ bans: [{ ...ban, addresses: ["192.0.2.1"] }] }, set.view)), [
    line(`0\fbanlist\f${link("unban", "ben")}, ${link("unbanip", "192.0.2.1")}`, firstLine + 1),
  ]);
  assert.deepEqual(sent(answer({ bans: [] }, set.view)), [line("0\fbanlist\f", firstLine + 2)]);
});

test("/create reads a rank only before a name, joins words, and knows the alphabet", () => {
  const create = (name: string, minRank = 0): Command => ({
    type: "channel.create",
    kind: "text",
    name,
    permissions: { view: ["user"], send: ["user"] },
    minRank,
  });
  assert.deepEqual(body("/create hall of fame"), create("hall_of_fame"));
  assert.deepEqual(body("/create 5 staff-room"), create("staff-room", 5));
  assert.deepEqual(body("/create 1_5 half"), create("1_5_half"));
  assert.deepEqual(told("/create 6 top"), ["1\frankerr"]);
  for (const text of ["/create", "/create 42"]) assert.deepEqual(told(text), ["1\fcmderr"]);
  const names = ["@x", "a<b>", "кафе", "1.5 half", "n".repeat(31)];
  for (const name of names) {
    assert.deepEqual(told(`/create ${name}`), ["1\finchan"], name);
  }
  const taken: Rejection = { code: "already_exists", what: "channel", given: "staff" };
  assert.deepEqual(refused("/create staff", taken), [line("1\fnischan\fstaff")]);
  const full: Rejection = { code: "limit_reached", what: "channels", max: 5 };
  assert.deepEqual(refused("/create more", full), [line("0\fsay\fToo many channels")]);
});

test("commands about channels are cmdna without the right, namchan where the channel is another's", () => {
  const set = house();
  const bare = [...set.roster.roles].map((role) => ({ ...role, permissions: [] }));
  const [first] = bare;
  assert.ok(first);
  const event = { type: "role.created", roleId: first.roleId, roles: bare } as const;
  for (const text of ["/password x", "/rank 1"]) {
    assert.deepEqual(told(text, adaHere), ["1\fnamchan\fgeneral"]);
  }
  set.roster.apply(event, { term: 1 });
  for (const name of ["create", "password", "pwd", "rank", "priv", "privilege"]) {
    assert.deepEqual(told(`/${name} 1 x`, adaHere, set), [`1\fcmdna\f/${name}`]);
  }
  assert.deepEqual(body("/pwd  two words ", olgaHere, owned()), {
    type: "channel.update",
    channel: general.channelId,
    password: "two words",
  });
  const denied: Rejection = { code: "not_permitted", need: "own", hidden: false };
  assert.deepEqual(refused("/pwd x", denied, olgaHere, owned()), [line("1\fnamchan\fgeneral")]);
  const kept: Rejection = { code: "protected", what: "channel" };
  assert.deepEqual(refused("/rank 1", kept, olgaHere, owned()), [line("1\fnamchan\fgeneral")]);
  assert.deepEqual(refused("/delchan general", kept, olgaHere, owned()), [
    line("1\fndchan\fgeneral"),
  ]);
});
