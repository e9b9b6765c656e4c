import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Community } from "@dragoman/testing/community";
import { skeleton } from "../state/likeness.ts";
import { checkName, handleFor, nameTaken, reservedNames, type TakenNames, unique } from "./name.ts";

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
    for (const name of ["___", "a b", "a\tb", "<b>", "a\u200Bb", "a\u3164", "a.b", "a\u0301b"]) {
      assert.deepEqual(checkName(name), { code: "bad_login", why: "name_alphabet" }, name);
    }
  });

  it("are one with what looks the same", () => {
    for (const name of ["аdа", "ADA", "Аda", "ａｄａ"]) assert.equal(skeleton(name), "ada");
    assert.equal(skeleton("раураӏ"), skeleton("paypal"));
    assert.equal(skeleton("b0b"), skeleton("bob"));
    assert.notEqual(skeleton("josé"), skeleton("jose"));
  });

  it("are taken by whoever had them, departed or not, whatever the case", () => {
    const community = new Community();
    community.person("ada");
    community.operator({ type: "user.depart", target: "ada" });
    for (const name of ["ada", " Ada ", "аda"]) assert.ok(nameTaken(taken(community), name));
    assert.ok(!nameTaken(taken(community), "adam"));
  });

  it("are not those that the community itself speaks under", () => {
    for (const name of ["Banned", "ѕerver", "system", "AutoMod", "chatb0t"]) {
      assert.ok(nameTaken(taken(new Community()), name), name);
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
  });
});
