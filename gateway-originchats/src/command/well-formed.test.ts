/** Half of a surrogate pair is no text: no field of any request lets one in, and no answer cuts a pair in two. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "@dragoman/gateway-kit";
import { builtIns } from "../slash/index.ts";
import { general, message, olga, say } from "../testing/edge.ts";
import { commands } from "./index.ts";

/** JSON spells single surrogates so, in a text that was spelled before too. */
const single = /\\u[dD][89a-fA-F]/;

/** Halves of pairs; and pairs at odd and at even places, to be cut. */
const texts = ["a\ud800b\udc00", `a${"😀".repeat(3_000)}`, "😀".repeat(3_000)];

const plausible: Readonly<Record<string, unknown>> = {
  channel: "general",
  id: message(7).messageId,
  message_id: message(7).messageId,
  user: "ada",
  username: "ada",
  role: "user",
};

const assertWellFormed = (steps: readonly Step[], what: string): void =>
  assert.doesNotMatch(JSON.stringify(steps), single, what);

for (const [name, { fields }] of commands) {
  test(`${name} takes no half of a character`, () => {
    const base = Object.fromEntries(
      fields.flatMap((field) => (field in plausible ? [[field, plausible[field]]] : [])),
    );
    for (const text of texts) {
      for (const value of [
        text,
        [text],
        { [text]: text, name: text, text },
        [{ id: text, text }],
      ]) {
        for (const field of fields) {
          const packet = { ...base, cmd: name, listener: text, [field]: value };
          assertWellFormed(say(olga, packet), `${name} ${field}`);
        }
        const all = Object.fromEntries(fields.map((field) => [field, value]));
        assertWellFormed(say(olga, { ...all, cmd: name }), name);
      }
    }
  });
}

test("no argument of a slash command holds half of a character", () => {
  for (const { name, options } of builtIns) {
    for (const text of texts) {
      for (const filled of [options, options.slice(1)]) {
        const args = Object.fromEntries(filled.map((option) => [option.name, text]));
        const first = options[0] === undefined ? {} : { [options[0].name]: "ada" };
        const packet = { cmd: "slash_call", channel: general.name, command: name };
        assertWellFormed(say(olga, { ...packet, args: { ...first, ...args } }), name);
      }
    }
  }
});
