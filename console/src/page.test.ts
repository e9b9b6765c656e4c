import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { plainText, readNotice, readRefusal } from "../public/sockchat-text.js";

/** What a Sock Chat server does to a text before it sends it (docs/protocols/sockchat.md, 1.1). */
function sanitised(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", " <br/> ");
}

describe("the Sock Chat pane", () => {
  it("shows a text as its author typed it", () => {
    assert.equal(plainText(sanitised("1 < 2 > 0\nnext & last")), "1 < 2 > 0\nnext & last");
    const typed = fc.string({
      unit: fc.constantFrom("<", ">", "b", "/", "\n", '"', "é", "😀", " "),
    });
    fc.assert(
      fc.property(typed, (text) => {
        const calm = text.replace(/ *\n */g, "\n");
        assert.equal(plainText(sanitised(calm)), calm);
      }),
    );
  });

  it("keeps the text of the server's own tags and drops the tags", () => {
    assert.equal(plainText("<i>waves</i>"), "waves");
    const who = `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);">ada</a>, <b>ben</b>`;
    assert.equal(readNotice(`0\fwho\f${who}`).text, "Online: ada, ben");
  });

  it("decodes an entity once", () => {
    assert.equal(plainText("&amp;lt;"), "&lt;");
    assert.equal(plainText("&lt;AFK&gt;_ben &#039;x&#039; &unknown;"), "<AFK>_ben 'x' &unknown;");
  });

  it("makes a sentence of every notice, known or not", () => {
    assert.deepEqual(readNotice("1\fnocmd\fnope"), {
      id: "nocmd",
      text: "There is no command /nope.",
      isError: true,
      isPassing: false,
    });
    assert.equal(readNotice("0\fjoin\fada").isPassing, true);
    assert.equal(readNotice("0\fnovelty\fa\fb").text, "novelty a b");
    assert.equal(readNotice("").text.trim(), "");
  });

  it("tells a ban from a wrong password", () => {
    assert.deepEqual(readRefusal("joinfail", "-1"), {
      standing: "banned",
      text: "You are banned from this server.",
    });
    assert.match(readRefusal("joinfail", "1795526229").text, /2026/);
    assert.equal(readRefusal("authfail", undefined).standing, "refused");
    assert.equal(readRefusal("novelty", undefined).standing, "refused");
  });
});
