/** Clients put colours into a style as they are: nothing but a colour gets there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests();
const none = ['"><img src=x onerror=alert(1)>', "red;background:url(//x)", "inherit", "#12345"];

test("no role is given what is no colour", async () => {
  const olga = await home.onOriginchats("olga");
  const wrong = "Invalid request: color";
  assert.equal(
    (await olga.ask({ cmd: "role_create", name: "fine", color: "Teal" })).cmd,
    "role_create",
  );
  for (const color of none) {
    assert.equal((await olga.ask({ cmd: "role_create", name: "x", color }))["val"], wrong, color);
    assert.equal(
      (await olga.ask({ cmd: "role_update", name: "fine", color }))["val"],
      wrong,
      color,
    );
    const set = await olga.ask({ cmd: "role_set", name: "fine", data: { color } });
    assert.equal(set["val"], wrong, color);
  }
  const list = JSON.stringify(await olga.ask({ cmd: "roles_list" }));
  assert.ok(list.includes('"Teal"'));
  for (const color of none) assert.ok(!list.includes(JSON.stringify(color)), color);
});

test("no embed has what is no colour", async () => {
  const ada = await home.onOriginchats("ada");
  for (const color of [...none, -1, 0x1000000, [], {}]) {
    const embeds = [{ title: "T", color }];
    const sent = await ada.ask({ cmd: "message_new", channel: "general", content: "e", embeds });
    assert.equal(sent.cmd, "error", JSON.stringify(color));
  }
});
