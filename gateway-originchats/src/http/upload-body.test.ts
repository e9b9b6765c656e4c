/** The body of an upload in pieces, and the small rules beside it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Gate, MinuteBudget } from "./gate.ts";
import { isAllowed, isTrue } from "./media-type.ts";
import { readRange } from "./serve-file.ts";
import { UploadBody } from "./upload-body.ts";

/** Reads a body that comes in pieces of a size. */
function read(text: string | Buffer, size: number) {
  const bytes = Buffer.from(text);
  const body = new UploadBody();
  const file: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size)
    file.push(body.write(bytes.subarray(at, at + size)));
  return {
    fields: body.end(),
    file: Buffer.concat(file),
    fault: body.fault,
    hasFile: body.hasFile,
  };
}

/** JSON as programs write it: with or without spaces, slashes escaped or not, fields in any order. */
const form = fc.record({
  file: fc.uint8Array({ maxLength: 300 }),
  head: fc.constantFrom("", "data:image/png;base64,", "data:;base64,"),
  name: fc.string({ maxLength: 20 }),
  last: fc.boolean(),
  indent: fc.constantFrom(undefined, 2),
  escaped: fc.boolean(),
  size: fc.integer({ min: 1, max: 64 }),
});

describe("an upload's body", () => {
  test("gives the file's bytes and the other fields, whatever the pieces", () => {
    fc.assert(
      fc.property(form, ({ file, head, name, last, indent, escaped, size }) => {
        const text = `${head}${Buffer.from(file).toString("base64")}`;
        const others = { name, nested: { file: "not this one", list: [1, { file: 2 }] } };
        const whole = last ? { ...others, file: text } : { file: text, ...others };
        const json = JSON.stringify(whole, undefined, indent);
        const sent = escaped ? json.replaceAll("/", "\\/").replaceAll("+", "\\u002b") : json;
        const got = read(sent, size);
        assert.deepEqual(got.fields, { ...others, file: "" });
        assert.ok(got.file.equals(Buffer.from(file)));
        assert.deepEqual([got.fault, got.hasFile], [undefined, true]);
      }),
      { numRuns: 300 },
    );
  });

  test("agrees with the JSON of the platform on what is an object, and never throws", () => {
    const odd = fc.oneof(
      fc.json(),
      fc.string(),
      fc.string().map((s) => `{"file":"${s}"`),
    );
    fc.assert(
      fc.property(odd, fc.integer({ min: 1, max: 9 }), (text, size) => {
        const got = read(text, size);
        let wanted: unknown;
        try {
          wanted = JSON.parse(text);
        } catch {
          wanted = undefined;
        }
        const isObject = typeof wanted === "object" && wanted !== null && !Array.isArray(wanted);
        if (!isObject) assert.equal(got.fields, undefined);
        else if (got.fault !== "json") {
          const { file } = wanted as { readonly file?: unknown };
          const kept = typeof file === "string" ? { ...(wanted as object), file: "" } : wanted;
          assert.deepEqual(got.fields, kept);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("takes no second file, and no endless rest", () => {
    assert.equal(read('{"file":"AAAA","file":"BBBB"}', 5).fault, "json");
    assert.equal(read(`{"x":"${"y".repeat(70_000)}"}`, 1_000).fault, "json");
    assert.equal(read('{"\\u0066ile":"AAAA"}', 3).hasFile, true);
    assert.equal(read('{"file":5}', 3).hasFile, false);
    assert.equal(read('{"file":"A*"}', 1).fault, "base64");
    assert.equal(read('{"file":"AA=="}', 1).fault, undefined);
  });
});

describe("a range", () => {
  test("is one part of the file, or the whole", () => {
    const part = (start: number, end: number) => ({ kind: "part", start, end });
    const whole = { kind: "whole" };
    const outside = { kind: "outside" };
    const cases: readonly (readonly [string | undefined, object])[] = [
      [undefined, whole],
      ["bytes=0-0", part(0, 1)],
      ["bytes=5-", part(5, 10)],
      ["bytes=-3", part(7, 10)],
      ["bytes=-30", part(0, 10)],
      ["bytes=8-99", part(8, 10)],
      ["bytes=10-", outside],
      ["bytes=-0", outside],
      ["bytes=5-4", whole],
      ["bytes=-", whole],
      ["bytes=0-1,3-4", whole],
      ["lines=0-1", whole],
      ["bytes=9999999999999999-", whole],
    ];
    for (const [header, wanted] of cases) assert.deepEqual(readRange(header, 10), wanted, header);
  });
});

describe("a media type", () => {
  test("is a lie where the bytes are of another kind", () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ["image/png", "image/png", true],
      ["image/jpg", "image/jpeg", true],
      ["audio/webm", "video/webm", true],
      ["application/octet-stream", "image/png", true],
      ["text/html; charset=utf-8", "text/plain", true],
      ["application/json", "text/plain", true],
      ["application/pdf", "text/plain", false],
      ["image/png", "text/plain", false],
      ["image/png", "application/octet-stream", false],
      ["text/plain", "image/png", false],
      ["application/zip", "application/pdf", false],
    ];
    for (const [declared, found, wanted] of cases) {
      assert.equal(isTrue(declared, found), wanted, `${declared} ${found}`);
    }
  });

  test("is allowed by itself, by its kind or by anything", () => {
    assert.ok(isAllowed("image/png", ["image/*"]));
    assert.ok(isAllowed("image/png", ["IMAGE/PNG"]));
    assert.ok(isAllowed("x/y", ["*"]) && isAllowed("x/y", []));
    assert.equal(isAllowed("image/png", ["video/*", "imag*"]), false);
  });
});

describe("the gate", () => {
  test("lets so many in at once, from each address, of each sender and in all", () => {
    const gate = new Gate(() => ({ atOnce: 3, atOncePerAddress: 2 }));
    const [one, two] = [gate.enter("a", "ada"), gate.enter("a", "ben")];
    assert.equal(gate.enter("a", "olga"), undefined);
    const third = gate.enter("b", "ada");
    assert.ok(third);
    assert.equal(gate.enter("c", "olga"), undefined);
    one?.();
    two?.();
    assert.ok(gate.enter("c", "ada"));
    assert.equal(gate.enter("d", "ada"), undefined);
    third();
    assert.ok(gate.enter("d", "ada"));
  });

  test("counts a person's minute", () => {
    let nowMs = 0;
    const budget = new MinuteBudget(
      () => 2,
      () => nowMs,
    );
    const ada = "ada";
    assert.deepEqual(
      [budget.spend(ada), budget.spend(ada), budget.spend(ada)],
      [true, true, false],
    );
    assert.equal(budget.spend("ben"), true);
    nowMs = 60_001;
    assert.equal(budget.spend(ada), true);
  });
});
