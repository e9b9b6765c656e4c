import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { kickedLine } from "../act-line.ts";
import { literal } from "./literal.ts";
import { parseMarkdown } from "./markdown.ts";
import { textOf } from "./tree.ts";

test("words without marks stay byte for byte", () => {
  for (const name of ["ada", "snake_case", "mad-hatter_2", "Ada Lovelace", "2*3", "a|b", "ёлка"]) {
    assert.equal(literal(name), name);
  }
});

const isModel = process.env["DRAGOMAN_TEST_MODEL_RUNS"] !== undefined;
const chance = { numRuns: isModel ? 200_000 : 10_000 };

const piece = fc.constantFrom(
  ..."* ** _ __ ~~ ~ ` ``` || | [x](https://e.org) [ ]( ) http://a.b originChats:<emoji>//h/1 a b é".split(
    " ",
  ),
  " ",
);
const name = fc
  .array(piece, { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join("").trim());

test("whatever somebody is called, a line of ours says it, in bold and no more", () => {
  fc.assert(
    fc.property(
      name.filter((each) => each !== ""),
      (each) => {
        const tree = parseMarkdown(`👢 **${literal(each)}** has been kicked.`);
        assert.deepEqual(
          tree.map(({ kind }) => kind),
          ["text", "strong", "text"],
        );
        const said = textOf(tree.slice(1, 2)).replaceAll("\u200b", "").replaceAll("\u02cb", "`");
        assert.equal(said, each);
      },
    ),
    chance,
  );
});

test("the lines of acts say names as they are", () => {
  const tree = parseMarkdown(kickedLine("__ada__", undefined, "rude"));
  assert.equal(textOf(tree).replaceAll("\u200b", ""), "👢 __ada__ has been kicked.\nReason: rude");
});
