/** Bridge table, markup: what is typed on one side, byte for byte on the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

/** What OriginChats clients have for a blank of no width, and both sides for a space of no width. */
const blank = "\ufeff";
const joint = "\u200b";

const fromOriginchats: readonly (readonly [string, string])[] = [
  [
    "**bold** *it* __bold__ _it_ ***both***",
    "[b]bold[/b] [i]it[/i] [b]bold[/b] [i]it[/i] [b][i]both[/i][/b]",
  ],
  ["~~strike~~ and ~~**both**~~", "~~strike~~ and ~~[b]both[/b]~~"],
  [
    "```js\nif (a<b) { x[i] = 1;\n  y }\n```",
    `[code]if (a&lt;b) { x[${joint}i] = 1; <br/> \u00a0\u00a0y }[/code]`,
  ],
  ["`a **b**` and `c`", "[code]a **b**[/code] and [code]c[/code]"],
  [
    "it was ||olga, see http://e.org||!",
    "it was (spoiler, select to read: [color=transparent]olga, see http:\u200b//e.org[/color])!",
  ],
  [
    "[text](https://e.org/?a=b&c) [no](ftp://e)",
    `[url=https://e.org/?a=b&c]text[/url] [${joint}no](ftp://e)`,
  ],
  ["> quoted\n> **more**\nrest", "[quote]quoted <br/> [b]more[/b][/quote] <br/> rest"],
  ["# Heading\n- a\n1. b", "[b]Heading[/b] <br/> - a <br/> 1. b"],
  ["|a|b|\n|-|-|\n|1|2|", "|a|b| <br/> |-|-| <br/> |1|2|"],
  ["![alt](https://e.org/a.png)", "![url=https://e.org/a.png]alt[/url]"],
  ["\\*escaped\\* ¯\\_(ツ)_/¯ snake_case 2*3*4", "\\*escaped\\* ¯\\_(ツ)_/¯ snake_case 2*3*4"],
  [
    "[b]oc types bbcode[/b] [url=x]y[/url]",
    `[${joint}b]oc types bbcode[${joint}/b] [${joint}url=x]y[${joint}/url]`,
  ],
  ["**unbalanced `and ||this", "**unbalanced `and ||this"],
  ["**a ~~b** c~~", "[b]a ~~b~~[/b]~~ c~~"],
  ["https://e.org/a_(b)?c=d&e=__f__", "https://e.org/a_(b)?c=d&e=__f__"],
  ["<nick> hi [1] &lt;", `&lt;nick&gt; hi [1] &${joint}lt;`],
  ["👩‍👩‍👧‍👦 **🏳️‍🌈** 👍🏽", "👩‍👩‍👧‍👦 [b]🏳️‍🌈[/b] 👍🏽"],
];

test("what is typed on OriginChats has our tags on Sock Chat, and no others", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  for (const [typed, wanted] of fromOriginchats) {
    ada.say("general", typed);
    const line = await ben.next("2", ([, , author]) => author !== "-1");
    assert.equal(line[3], wanted, typed);
  }
});

const fromSockchat: readonly (readonly [string, string])[] = [
  ["[b]bold[/b] [i]it[/i] [u]under[/u] [s]strike[/s]", "**bold** _it_ under ~~strike~~"],
  ["mid[i]dle[/i]s [b][i]both[/i][/b]", `mid${blank}_dle_${blank}s **${blank}_both_${blank}**`],
  ["[code]x = [b]y[/b][/code] [code]a\nb[/code]", "`x = [b]y[/b]` ```\na\nb\n```"],
  [
    "[url=https://e.org/a_(b)]t[/url] [url]https://e.org[/url]",
    "[t](https://e.org/a_%28b%29) https://e.org",
  ],
  ["[quote]it <b> was[/quote]so", `> it <${joint}b> was\nso`],
  ["[spoiler]olga[/spoiler] [color=red]red[/color]", "||olga|| red"],
  ["[img]https://e.org/a.png[/img]", "https://e.org/a.png"],
  ["[B]upper[/B] [b]open <i>", "[B]upper[/B] [b]open <i>"],
  ["2*3*4 snake_case <nick> [1] arr[0] :* (c)", "2*3*4 snake_case <nick> [1] arr[0] :* (c)"],
  ["__init__ *stars*", `${joint}_${joint}_init_${joint}_ ${joint}*stars*`],
  ["# no heading\n- item\n> no quote", `${joint}# no heading\n- item\n${joint}> no quote`],
  ["||not hidden|| `no code`", `|${joint}|not hidden|${joint}| \u02cbno code\u02cb`],
  ["[text](https://e.org)", `[text]${joint}(https://e.org)`],
  ["&lt;b&gt; stays", "&lt;b&gt; stays"],
];

test("what is typed on Sock Chat is Markdown on OriginChats, and its marks are words", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  for (const [typed, wanted] of fromSockchat) {
    ben.say(typed);
    const { message } = (await ada.next("message_new")) as unknown as {
      message: { content: string };
    };
    assert.equal(message.content, wanted, typed);
  }
});

test("whoever writes in a protocol gets back what was typed there", async () => {
  const ada = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const ben = await home.onSockchat("ben");
  const olga = await home.onSockchat("olga");
  const markdown = "**b** [b]x[/b] ||s|| \\* `c` # h <i> 1. __u__";
  ada.say("general", markdown);
  await mona.sees(markdown);
  await ben.next("2");
  const bbcode = "[b]b[/b] [s]s[/s] [spoiler]x[/spoiler] **m** [code]  a[0][/code]";
  ben.say(bbcode);
  const line = await olga.next("2", ([, , , text]) => text?.includes("[s]") ?? false);
  // Hidden words alone are written so that the client of 2015, which knows no spoiler, hides them.
  const hidden = "(spoiler, select to read: [color=transparent]x[/color])";
  assert.equal(line[3], bbcode.replace("[spoiler]x[/spoiler]", hidden));
});

test("an action keeps its formatting on the other side", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  ben.say("/me waves [b]twice[/b]\nand goes");
  await ada.sees("_waves **twice**_\n_and goes_");
  await ada.ask({
    cmd: "slash_call",
    channel: "general",
    command: "me",
    args: { text: "is **here**" },
  });
  const line = await ben.next("2", ([, , , text]) => text?.includes("here") ?? false);
  assert.equal(line[3], "<i>is [b]here[/b]</i>");
});

test("what the bot says of a command on OriginChats, and an embed, have tags too", async () => {
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  await olga.ask({
    cmd: "slash_call",
    channel: "general",
    command: "say",
    args: { text: "**tea** at _five_" },
  });
  const told = await ben.next(
    "2",
    ([, , author, text]) => author === "-1" && (text ?? "").includes("tea"),
  );
  assert.equal(told[3], "0\fsay\f[b]tea[/b] at [i]five[/i]");
  await olga.ask({
    cmd: "message_new",
    channel: "general",
    content: "see",
    embeds: [{ title: "a **b**", description: "[c](https://e.org)" }],
  });
  const embed = await ben.next(
    "2",
    ([, , author, text]) => author === "-1" && (text ?? "").includes("e.org"),
  );
  assert.equal(embed[3], "0\fsay\folga: a [b]b[/b] [url=https://e.org]c[/url]");
});
