/** A person who is erased: gone on both sides at once, and found by nobody later (docs/decisions/erase.md). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { stackForTests } from "../support/test-stack.ts";

const limitMs = 60_000;
const home = stackForTests({ config: { graceMs: 0 } });

test("whoever is erased is gone on both sides, with all that they said", async () => {
  const { operator } = home.stack;
  await operator.addUser("zelda");
  const olga = await home.onOriginchats("olga");
  const mona = await home.onSockchat("mona");
  const [web, sock] = [await home.onOriginchats("zelda"), await home.onSockchat("zelda")];
  web.say("general", "first of zelda");
  await Promise.all([olga.sees("first of zelda"), mona.sees("first of zelda")]);
  const first = olga.messages().find(({ content }) => content === "first of zelda");
  const line = mona.log.entries.find(
    ([kind, , , text]) => kind === "2" && text === "first of zelda",
  );
  assert.ok(first && line);
  await olga.ask({ cmd: "message_new", channel: "general", content: "quite", reply_to: first.id });
  await olga.ask({ cmd: "message_new", channel: "general", content: "hello @zelda" });
  const hello = olga.messages().at(-1)?.id;
  await web.ask({ cmd: "message_react_add", channel: "general", id: hello, emoji: "👍" });

  await operator.mustAccept({ type: "user.erase", target: "zelda" });
  const [webEnd, sockEnd] = await Promise.all([web.closed(), sock.closed()]);
  assert.notEqual(webEnd.code, 1012, "nobody is asked to come back");
  assert.notEqual(sockEnd.code, 1012);
  assert.ok(sock.log.entries.some(([kind]) => kind === "9"));
  await olga.next("user_leave", ({ username }) => username === "zelda");
  await olga.next("message_delete", ({ id }) => id === first.id, limitMs);
  await olga.next("message_react_remove", ({ id }) => id === hello, limitMs);
  await mona.next("6", ([, id]) => id === line[4], limitMs);

  const later = await home.onOriginchats("ben");
  const page = await later.ask({ cmd: "messages_get", channel: "general", limit: 100 });
  const said = JSON.stringify(page);
  assert.equal(said.includes("first of zelda"), false, "neither the message nor its quote");
  assert.ok(said.includes("quite"), "what others said stays");
  const search = await later.ask({ cmd: "messages_search", channel: "general", query: "first of" });
  assert.equal(JSON.stringify(search).includes("zelda"), false);

  // Who did it and when stays; who it was does not.
  const log = JSON.stringify(await olga.ask({ cmd: "modlog_get", limit: 50 }));
  assert.match(log, /"action":"user_erase","category":"user_moderation","actor_id":"operator"/);
  assert.equal(log.includes("zelda"), false);

  // The name is free, and whoever has it next is somebody else.
  await eventually(limitMs, "the name is free", async () => {
    const reply = await operator.command({ type: "user.depart", target: "zelda" });
    return !reply.ok && reply.rejection.code === "not_found";
  });
  await operator.addUser("zelda");
  const next = await home.onOriginchats("zelda");
  const pings = await next.ask({ cmd: "pings_get" });
  assert.equal(JSON.stringify(pings).includes("hello"), false, "pings of before are nobody's");
  const back = await home.onSockchat("zelda");
  assert.equal(back.has("first of zelda"), false);
});
