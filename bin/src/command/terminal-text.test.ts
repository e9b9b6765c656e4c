import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { columns } from "./columns.ts";
import { runCommand } from "./run.ts";
import { type AnyCommand, commandOf } from "./spec.ts";
import { inOneLine, terminalText } from "./terminal-text.ts";

const hostile = "\u001b]0;owned\u0007\u009b2J\u202eadmin\r";

test("of what anybody wrote a terminal obeys nothing, and lines and tabs stay", () => {
  assert.equal(
    terminalText(`a\tb\n${hostile}`),
    "a\tb\n\ufffd]0;owned\ufffd\ufffd2J\ufffdadmin\ufffd",
  );
  assert.equal(inOneLine("a\tb\nc"), "a\ufffdb\ufffdc");
  assert.deepEqual(columns([["a\nb", "c"]]), ["a\ufffdb  c"]);
});

test("no command prints what a terminal would obey, whatever it says", async (t) => {
  const command: AnyCommand = commandOf({
    name: "tell",
    summary: "says it",
    arguments: {},
    options: {},
    needs: "nothing",
    output: z.string(),
    say: (text) => [text, "an own line"],
    run: async (_given, tell) => {
      await tell(hostile);
      return 0;
    },
  });
  const printed: string[] = [];
  t.mock.method(process.stdout, "write", (text: string) => printed.push(text));
  const table = { groups: {}, loadAll: async () => [command] };
  const code = await runCommand(["node", "dragoman", "tell"], [command], table);
  t.mock.restoreAll();
  assert.equal(code, 0);
  assert.deepEqual(printed, [`${terminalText(hostile)}\nan own line\n`]);
});
