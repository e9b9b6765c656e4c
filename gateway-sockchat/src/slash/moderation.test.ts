/** Slash commands of moderators. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Commit, Rejection } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { ben, connection, firstLine, general, mona, only, sent, type } from "../testing/edge.ts";
import {
  adaHere,
  body,
  house,
  line,
  monaHere,
  olgaHere,
  owned,
  refused,
  told,
} from "../testing/typed.ts";
import { readSeconds } from "./moderation.ts";

test("times are seconds: fractions pass, -1 is for ever, all else at or below zero is bad", () => {
  assert.equal(readSeconds(undefined), undefined);
  assert.equal(readSeconds("-1"), null);
  assert.equal(readSeconds("60"), 60);
  assert.equal(readSeconds("0.5"), 0.5);
  for (const bad of ["0", "-2", "soon", "", "1e3", "0x10", "99999999999", "Infinity", " 5"]) {
    assert.equal(readSeconds(bad), "bad", bad);
  }
});

/** The line that is said of an act where whoever commands it stands. */
const said = (command: string, text: string) => ({
  said: { place: { channelId: general.channelId }, command, text },
});
const reasonless = "**Reason:** No reason provided";

test("/kick is without a time, for a time, or for ever", () => {
  const kick = { type: "moderation.kick", target: ben.userId };
  assert.deepEqual(body("/kick ben"), {
    ...kick,
    ...said("kick", `👢 **ben** has been kicked.\n${reasonless}`),
  });
  assert.deepEqual(body("/kick ben 60 too loud"), {
    ...kick,
    seconds: 60,
    reason: "too loud",
    ...said("kick", "👢 **ben** has been kicked for 60 seconds.\n**Reason:** too loud"),
  });
  assert.deepEqual(body("/kick ben -1"), {
    type: "moderation.ban",
    target: ben.userId,
    addresses: false,
    ...said("ban", `🚫 **ben** has been banned.\n${reasonless}`),
  });
});

test("/ban takes the addresses along", () => {
  const forEver = {
    type: "moderation.ban",
    target: ben.userId,
    addresses: true,
    ...said("ban", `🚫 **ben** has been banned.\n${reasonless}`),
  };
  assert.deepEqual(body("/ban ben"), forEver);
  assert.deepEqual(body("/ban ben -1"), forEver);
  assert.deepEqual(body("/ban ben 5"), {
    ...forEver,
    seconds: 5,
    ...said("ban", `🚫 **ben** has been banned for 5 seconds.\n${reasonless}`),
  });
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
  assert.deepEqual(step.body, {
    type: "moderation.unban",
    target: ben.userId,
    ...said("unban", "✅ **ben** has been unbanned."),
  });
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

test("/silence and /unsilence name a person who is online and a time in seconds", () => {
  const silence = { type: "moderation.silence", target: ben.userId, replace: false };
  const forEver = {
    ...silence,
    ...said("silence", `🔇 **ben** has been silenced.\n${reasonless}`),
  };
  assert.deepEqual(body("/silence ben", olgaHere, owned()), forEver);
  assert.deepEqual(body("/silence ben -1", olgaHere, owned()), forEver);
  assert.deepEqual(body("/silence ben 0.5 loud", olgaHere, owned()), {
    ...silence,
    seconds: 0.5,
    reason: "loud",
    ...said("silence", "🔇 **ben** has been silenced for 0.5 seconds.\n**Reason:** loud"),
  });
  assert.deepEqual(body("/unsilence BEN", olgaHere, owned()), {
    type: "moderation.unsilence",
    target: ben.userId,
    ...said("unsilence", "🔊 **ben** has been unsilenced."),
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
