import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { inviteCode, readInviteCode, splitInvite } from "./invite.ts";

const chance = fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 15, maxLength: 15 });

describe("an invite's code", () => {
  it("is read as it is typed: with or without dashes, in small letters or capitals", () => {
    fc.assert(
      fc.property(chance, (numbers) => {
        const code = inviteCode(numbers);
        assert.match(code, /^[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}$/);
        const letters = code.replaceAll("-", "");
        for (const typed of [code, letters, code.toUpperCase()]) {
          assert.equal(readInviteCode(typed), letters);
          assert.deepEqual(splitInvite(` ada   ${typed} `), { name: "ada", code: letters });
        }
      }),
    );
  });

  it("is nothing that is shorter, longer or of other letters", () => {
    const code = "abcde-fghjk-mnpqr";
    for (const wrong of [code.slice(1), `${code}2`, code.replace("a", "0"), "-".repeat(15), ""]) {
      assert.equal(readInviteCode(wrong), undefined, wrong);
      assert.deepEqual(splitInvite(`ada ${wrong}`), { name: `ada ${wrong}`.trim() });
    }
    // Alone it is a name.
    assert.deepEqual(splitInvite("abcdefghjkmnpqr"), { name: "abcdefghjkmnpqr" });
  });

  it("leaves room for a name of sixteen letters in the field of the OriginChats client", () => {
    const typed = `${"n".repeat(16)} ${inviteCode([]).replaceAll("-", "")}`;
    assert.equal(typed.length, 32);
    assert.equal(splitInvite(typed).name.length, 16);
  });
});
