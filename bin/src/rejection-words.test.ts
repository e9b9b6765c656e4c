/** What an operator is told of a refusal is one short line, whatever was typed. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Rejection } from "@dragoman/bus-schema";
import { sayRefused } from "./rejection-words.ts";

const invalid = (why: string): Rejection => ({ code: "invalid", field: "command", why });
const told: readonly (readonly [about: string, Rejection, said: string])[] = [
  [
    "",
    invalid("body.target: Too small: expected string to have >=1 characters"),
    "the name is empty",
  ],
  [
    "mona",
    invalid("body.reason: Too big: expected string to have <=500 characters"),
    "mona: the reason has 500 characters at most",
  ],
  [
    "mona",
    invalid("body.seconds: Too big: expected number to be <=10000000000"),
    "mona: the length of time in seconds is 10000000000 at most",
  ],
  ["nobody", { code: "not_found", what: "user", given: "nobody" }, 'there is no user "nobody"'],
  ["mona", { code: "not_found", what: "role", given: "x" }, 'mona: there is no role "x"'],
  ["mona", { code: "not_found", what: "ban", given: "mona" }, '"mona" is not banned'],
  [
    "mona",
    { code: "already_exists", what: "silence", given: "mona" },
    '"mona" is silenced already',
  ],
  ["two\nlines", { code: "protected", what: "role" }, "two\ufffdlines: the role is protected"],
  [
    "x".repeat(10_000),
    { code: "protected", what: "role" },
    `${"x".repeat(60)}…: the role is protected`,
  ],
];

for (const [about, rejection, said] of told) {
  it(`is told: ${said.slice(-60)}`, () => {
    assert.equal(sayRefused(about, rejection), said);
  });
}
