/** Bridge table, leaving a protocol: `adoption_get`, a command of ours. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();
const daySeconds = 24 * 3_600;

test("adoption_get tells who was there by which protocol to whoever may manage the community, and to nobody else", async () => {
  const olga = await home.onOriginchats("olga");
  const mona = await home.onOriginchats("mona");
  const ada = await home.onSockchat("ada");
  ada.say("hello");
  await olga.sees("hello");
  const { listener: _, alone, ...told } = await olga.ask({ cmd: "adoption_get", days: 1 });
  const day = Math.floor(Date.now() / 1_000 / daySeconds) * daySeconds;
  assert.deepEqual(told, {
    cmd: "adoption_get",
    days: [
      { day, protocol: "originchats", people: 2, spoke: 0, alone: 2 },
      { day, protocol: "sockchat", people: 1, spoke: 1, alone: 1 },
    ],
    clients: [],
  });
  assert.deepEqual(
    new Set(alone as readonly unknown[]),
    new Set([
      { protocol: "originchats", username: "mona", last_day: day },
      { protocol: "originchats", username: "olga", last_day: day },
      { protocol: "sockchat", username: "ada", last_day: day },
    ]),
  );
  for (const days of [0, 367, 1.5, "7", null, -1]) {
    const { cmd, src, val } = await olga.ask({ cmd: "adoption_get", days });
    assert.deepEqual(
      [cmd, src, val],
      ["error", "adoption_get", "Days must be between 1 and 366"],
      `${days}`,
    );
  }
  const { cmd, val } = await mona.ask({ cmd: "adoption_get" });
  assert.deepEqual([cmd, val], ["error", "Access denied: 'manage_server' permission required"]);
});
