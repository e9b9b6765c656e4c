import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UserId } from "@dragoman/bus-schema";
import { Community } from "@dragoman/testing/community";
import { personCalled } from "../state/find.ts";
import { skeletonsOf } from "../state/likeness.ts";
import {
  checkFree,
  checkName,
  checkNickname,
  cleanNickname,
  handleFor,
  nameTaken,
  outsideName,
  outsideNames,
  reservedNames,
  type TakenNames,
  unique,
} from "./name.ts";

/** The names of a community that are taken, with those that two edges speak under. */
const taken = ({ state }: Community): TakenNames => ({
  state,
  inputs: { reservedNames: reservedNames(["automod", "ChatBot"]) },
});

describe("account names", () => {
  it("have 2 to 32 code points after trimming", () => {
    const wrong = { code: "bad_login", why: "name_length" };
    assert.deepEqual(checkName("a"), wrong);
    assert.deepEqual(checkName("a".repeat(33)), wrong);
    assert.deepEqual(checkName("  "), wrong);
    assert.equal(checkName(" ab "), null);
    assert.equal(checkName("𝒶".repeat(32)), null);
  });

  it("hold letters and digits of any script, _ and -, and one letter or digit at least", () => {
    for (const name of ["é_é", "Иван", "李小龍", "a-b_3"]) assert.equal(checkName(name), null);
    for (const name of [
      "___",
      "a b",
      "a\tb",
      "<b>",
      "a\u200Bb",
      "a\u3164",
      "a.b",
      "a\u0301b",
      "1000000001",
      "１２",
    ]) {
      assert.deepEqual(checkName(name), { code: "bad_login", why: "name_alphabet" }, name);
    }
  });

  it("are no numbers, and a typed number is the person's whose number it is", () => {
    assert.equal(outsideName("1000000001"), "_1000000001");
    assert.equal(outsideName("<12>"), "_12");
    const community = new Community();
    community.person("ben");
    const number = community.state.people.get(community.userId("ben"))?.user.number ?? 0;
    const [ben, ada] = [community.userId("ben"), "ada" as UserId];
    community.state.names.set(`${number}`, ada);
    assert.equal(personCalled(community.state, `${number}`)?.user.userId, ben);
    const refused = { code: "invalid", field: "nickname", why: "digits" };
    assert.deepEqual(checkNickname(taken(community), "1000000 002", ben), refused);
  });

  it("are one with what looks the same", () => {
    const pairs = `rnona mona, ᴍona mona, moոa mona, m\u200bona mona, oIga olga, 0lga olga, ólga olga, օlga olga,
      ⲟlga olga, ꓳlga olga, ol\u00adga olga, оlga olga, olɡa olga, bén ben, ΒEN ben, βen ben, аdа ada, ａｄａ ada, adᴀ ada,
      o\u034flga olga, ben\u3164 ben, 1inda linda, lında linda, İnes ines, ΝΙΝΑ nina, раураӏ paypal, b0b bob, josé jose,
      ſystem system, ꮯhatBot chatbot, ПЁТР петр, vvilliam william, ØRN ørn, ΑΔΆ αδα, m_o_n_a mona,
      -M.ο.n·á mona, 🅜🅞🅝🅐 mona, 🅼🅾🅽🅰 mona, r_n_o_n_a mona, m_o_n_a m-o-n-a`;
    for (const pair of pairs.split(/,\s*/)) {
      const [one = "", other = ""] = pair.split(" ");
      const others = skeletonsOf(other);
      assert.ok(
        skeletonsOf(one).some((seen) => others.includes(seen)),
        pair,
      );
    }
  });

  it("are apart where they look apart", () => {
    const pairs = [
      ["か", "が"],
      ["कि", "का"],
      ["ada", "dad"],
      ["ben", "b3n"],
      ["ben", "ben-"],
      ["mona", "mo na"],
      ["иван", "ivan"],
      ["김", "금"],
    ] as const;
    for (const [one, other] of pairs) {
      const others = skeletonsOf(other);
      assert.ok(!skeletonsOf(one).some((seen) => others.includes(seen)), `${one} ${other}`);
    }
  });

  it("are of one script, or of those that are written together", () => {
    const form = { code: "bad_login", why: "name_alphabet" };
    for (const name of ["Łukasz", "山田taro", "ありさ", "김mina", "हिन्दी", "நிலா", "שירה2"]) {
      assert.equal(checkName(name) ?? checkFree(taken(new Community()), name), null, name);
    }
    for (const name of ["аda", "օlga", "ⲟⲗⲅⲁ", "ꮯhat", "Иван-Ivan", "אadam", "かꓳ"]) {
      assert.deepEqual(checkFree(taken(new Community()), name), form, name);
    }
  });

  it("are taken by whoever had them, departed or not, whatever the case", () => {
    const community = new Community();
    community.person("ada");
    community.operator({ type: "user.depart", target: "ada" });
    for (const name of ["ada", " Ada ", "аda"]) assert.ok(nameTaken(taken(community), name));
    assert.ok(!nameTaken(taken(community), "adam"));
  });

  it("are not those that the community itself speaks under", () => {
    const names = [
      "Banned",
      "ѕerver",
      "system",
      "0perator",
      "AutoMod",
      "chatb0t",
      "Chat Bot",
      "_admin_",
    ];
    for (const name of [...names, "Everyone", "@here", "rnoderator", "OWNER!", "ádmin"]) {
      assert.ok(nameTaken(taken(new Community()), name), name);
    }
    assert.ok(!nameTaken(taken(new Community()), "Admin", undefined, "operator"));
    for (const name of ["System", "Operator"])
      assert.ok(nameTaken(taken(new Community()), name, undefined, "operator"));
    for (const name of ["admiral", "hereward", "townowner"]) {
      assert.ok(!nameTaken(taken(new Community()), name), name);
    }
  });

  it("are a person's own in every form, but not where it is somebody else's to the letter", () => {
    const community = new Community();
    const userId = community.person("mona");
    for (const name of ["Mona", "móna", "rnona"]) {
      assert.ok(!nameTaken(taken(community), name, userId), name);
      assert.ok(nameTaken(taken(community), name), name);
    }
    // As an older journal may have it.
    community.state.names.set("rnona", community.person("olga"));
    assert.ok(nameTaken(taken(community), "rnona", userId));
  });

  it("of a provider are made safe, and the same each time", () => {
    for (const [given, made] of [
      ["Foo Bar <b>", "Foo_Bar_b"],
      ["ada", "ada"],
      ["\u202eanom", "anom"],
      ["m\u200bona", "mona"],
      ["moոa", "moa"],
      ["Иван Ivanov", "Ivanov"],
      ["e\u0301tage\u0332", "étage"],
      ["[b]x[/b] ", "bxb"],
      ["👑", "user"],
      ["__", "user"],
      ["", "user"],
    ] as const) {
      assert.equal(outsideName(given), made, given);
      assert.equal(outsideName(made), made);
    }
  });

  it("give a handle without spaces and leading ~, unique by a number", () => {
    const community = new Community();
    community.person("ada");
    assert.equal(handleFor(community.state, "~~Mad Hatter"), "Mad_Hatter");
    assert.equal(handleFor(community.state, "Ada"), "Ada-2");
    assert.equal(handleFor(community.state, "~"), "user");
  });

  it("stay within the length with their suffix", () => {
    const taken = new Set(["abcde", "abc-2"]);
    assert.equal(
      unique("abcdefgh", 5, (candidate) => taken.has(candidate)),
      "abc-3",
    );
    const family = "👩‍👩‍👧";
    assert.equal(
      unique(`ab${family}`, 7, (candidate) => candidate === `ab${family}`),
      "ab-2",
    );
  });
});

describe("handles of people from elsewhere", () => {
  it("stay near to what they are called there", () => {
    const community = new Community();
    community.person("mona");
    const named = (given: string) => Object.values(outsideNames(taken(community), given));
    assert.deepEqual(named("Foo Bar <b>"), ["Foo_Bar_b", "Foo_Bar_<b>"]);
    assert.deepEqual(named("\u202eЯна_🧚"), ["Яна", "Яна_🧚"]);
    assert.deepEqual(named("rn\u200bona!"), ["rnona-2", "rnona!"]);
    assert.deepEqual(named("\u200b"), ["user", "user"]);
  });
});

describe("nicknames", () => {
  it("are kept without what shows as nothing, but for what makes an emoji", () => {
    for (const [typed, kept] of [
      ["\u202eanom", "anom"],
      ["m\u200bo\u00adn\u2060a\ufeff", "mona"],
      ["\u2067x\u2069", "x"],
      ["ada\ufe0f\u200d", "ada"],
      ["a\u{e0061}b", "ab"],
      ["\u3164", "\u3164"],
      ["❤️ 👨‍👩‍👧 👩🏽‍🚀", "❤️ 👨‍👩‍👧 👩🏽‍🚀"],
      ["🏴\u{e0067}\u{e0062}\u{e007f}", "🏴\u{e0067}\u{e0062}\u{e007f}"],
    ] as const) {
      assert.equal(cleanNickname(typed), kept);
    }
  });

  it("have letters of one script, and something to see", () => {
    const community = new Community();
    const userId = community.person("ada");
    const check = (name: string) => checkNickname(taken(community), name, userId);
    assert.equal(check("The 1st & only 👑"), null);
    assert.equal(check("❤️ ada"), null);
    const scripts = { code: "invalid", field: "nickname", why: "scripts" };
    for (const name of ["օlga", "mоna", "ⲟⲗⲅⲁ"]) assert.deepEqual(check(name), scripts);
    for (const name of [" \u2800", "\u0301".repeat(20)]) {
      assert.deepEqual(check(name), { code: "invalid", field: "nickname", why: "unseen" });
    }
  });
});
