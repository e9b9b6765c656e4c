/** Each message of the corpus is on the other side what it was when somebody last looked at it (`npm run corpus`). */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { config, Speakers } from "./collect.ts";
import { describe, files, messagesOf } from "./golden.ts";

let stop: () => Promise<void>;
let speakers: Speakers;

before(async () => {
  const stack = await startStack({ originchats: 1, sockchat: 1, config });
  speakers = await Speakers.in(stack);
  stop = () => stack.stop();
});

after(async () => {
  speakers?.end();
  await stop?.();
});

for (const file of files()) {
  test(`what crosses of ${file} is as it was`, async () => {
    for (const message of messagesOf(file)) {
      assert.equal(describe(await speakers.say(message)), describe(message));
    }
  });
}
