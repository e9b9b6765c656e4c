import assert from "node:assert/strict";
import { test } from "node:test";
import { ada, roster } from "../testing/edge.ts";
import { readJson, valuesMax } from "./body.ts";
import { indexPage } from "./page.ts";
import { serverInfo } from "./server-info.ts";

test("the server's figures count people once, and the channels that a newcomer sees", () => {
  const users = [...roster().users, { ...ada, userId: "u9" as never, name: "x", departed: true }];
  assert.deepEqual(serverInfo(roster({ users }), 5), {
    server: { name: "Test house", icon: "", banner: "", owner: { name: "Olga" } },
    stats: {
      total_users: 4,
      connected_users: 5,
      online_users: 3,
      total_channels: 1,
      total_roles: 3,
    },
  });
});

test("the index page tells how to connect and lets no markup in", () => {
  const page = indexPage("<b>&", "https://chat.example/");
  assert.match(page, /<h1>&lt;b&gt;&amp;<\/h1>/);
  assert.match(page, /<code>chat\.example<\/code>/);
  assert.match(indexPage("x", ""), /the host and port of this page/);
});

test("a body of too many values is not read, however short each is", () => {
  const list = (count: number): Buffer => Buffer.from(`{"list":[${"0,".repeat(count)}0]}`);
  assert.notEqual(readJson(list(valuesMax - 2)), undefined);
  assert.equal(readJson(list(valuesMax - 1)), undefined);
  assert.equal(readJson(Buffer.from(`[${"{},".repeat(valuesMax / 2)}{}]`)), undefined);
  assert.notEqual(
    readJson(Buffer.from(JSON.stringify({ text: ",[{".repeat(valuesMax) }))),
    undefined,
  );
});
