/**
 * OriginChats part 1, 2.3 and 6: what a malformed frame gets, before and after login. The connection survives
 * unless the reference says otherwise, and nobody else notices.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../../support/originchats-client.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests({
  config: { limits: { postContent: 100 }, originchats: { frameBytes: 65_536 } },
});
const connect = (): Promise<OriginchatsClient> =>
  OriginchatsClient.connect(portOf(home.stack.originchats));

const deep = `${"[".repeat(7_000)}${"]".repeat(7_000)}`;

/** Frames that get no answer before login: the next thing heard is the answer to what comes after. */
const ignoredBeforeLogin = [
  "{bad",
  "",
  "null",
  "[]",
  '"text"',
  "5",
  "true",
  '[{"cmd":"ping"}]',
  '{"cmd":"ping"} trailing',
  deep,
];

test("before login a frame that is no JSON object gets no answer, and the connection stays", async () => {
  const stranger = await connect();
  const mark = stranger.log.length;
  for (const frame of ignoredBeforeLogin) stranger.sendRaw(frame);
  stranger.sendRaw(new Uint8Array([1, 2, 3]));
  stranger.send({ cmd: "login", username: "nobody-here", password: "x" });
  await stranger.next("auth_error");
  const heard = stranger.log.since(mark).filter(({ cmd }) => cmd !== "ping");
  assert.deepEqual(heard, [{ cmd: "auth_error", val: "User not found" }]);
  await stranger.close();
});

test("before login every other packet gets Authentication required, without a listener", async () => {
  const stranger = await connect();
  for (const packet of [{}, { cmd: "ping", listener: "x" }, { cmd: 5 }, { cmd: "message_new" }]) {
    stranger.sendRaw(JSON.stringify(packet));
    const answer = await stranger.next("auth_error");
    assert.deepEqual(answer, { cmd: "auth_error", val: "Authentication required" });
  }
  await stranger.close();
});

test("before login the refusals of login and register come in the reference's order", async () => {
  const stranger = await connect();
  const long = "x".repeat(33);
  const cases: readonly (readonly [object, string])[] = [
    [
      { cmd: "auth", validator: "x" },
      "Rotur authentication is disabled. Use login or register commands.",
    ],
    [{ cmd: "login" }, "Username and password required"],
    [{ cmd: "login", username: 5, password: ["x"] }, "Username and password required"],
    [{ cmd: "register", username: "", password: "secret" }, "Username and password required"],
    [{ cmd: "register", username: "x", password: "secret" }, "Username must be 2-32 characters"],
    [{ cmd: "register", username: long, password: "secret" }, "Username must be 2-32 characters"],
    [{ cmd: "register", username: "fine", password: "abc" }, "Password must be 4-72 characters"],
    [
      { cmd: "register", username: "fine", password: "é".repeat(37) },
      "Password must be 4-72 characters",
    ],
    [
      { cmd: "register", username: "not fine", password: "secret" },
      "Username can only contain letters, numbers, hyphens, and underscores",
    ],
    [
      { cmd: "register", username: "___", password: "secret" },
      "Username can only contain letters, numbers, hyphens, and underscores",
    ],
    [{ cmd: "register", username: "ADA", password: "secret" }, "Username already taken"],
    [{ cmd: "register", username: "аda", password: "secret" }, "Username already taken"],
    [{ cmd: "register", username: "originChats", password: "secret" }, "Username already taken"],
    [{ cmd: "login", username: "nobody-here", password: "secret" }, "User not found"],
    [{ cmd: "login", username: "ada", password: "wrong" }, "Invalid password"],
  ];
  for (const [packet, text] of cases) {
    stranger.sendRaw(JSON.stringify(packet));
    const answer = await stranger.next("auth_error");
    assert.deepEqual(answer, { cmd: "auth_error", val: text }, JSON.stringify(packet));
  }
  assert.ok(stranger.isOpen);
  await stranger.login("ada");
  await stranger.close();
});

test("after login a frame that is no JSON object is told so, by the kind that it is", async () => {
  const ada = await home.onOriginchats("ada");
  const kinds: readonly (readonly [string, string])[] = [
    ["null", "NoneType"],
    ["[]", "list"],
    ['"text"', "str"],
    ["5", "int"],
    ["5.5", "float"],
    ["true", "bool"],
  ];
  for (const [frame, kind] of kinds) {
    ada.sendRaw(frame);
    const error = await ada.next("error");
    assert.equal(error["val"], `Invalid message format: expected a dictionary, got ${kind}`);
  }
  for (const frame of ["{bad", "", deep, '{"cmd":"ping"} trailing', '\ufeff{"cmd":"ping"}']) {
    ada.sendRaw(frame);
  }
  assert.equal((await ada.ask({ cmd: "ping" })).cmd, "pong");
});

test("after login an unknown command is named as it was sent", async () => {
  const ada = await home.onOriginchats("ada");
  const cases: readonly (readonly [string, string])[] = [
    ["{}", "Unknown command: None"],
    ['{"cmd":null}', "Unknown command: None"],
    ['{"cmd":5}', "Unknown command: 5"],
    ['{"cmd":["ping"]}', "Unknown command: ['ping']"],
    ['{"cmd":""}', "Unknown command: "],
    ['{"cmd":"Ping"}', "Unknown command: Ping"],
    ['{"cmd":"login"}', "Unknown command: login"],
    ['{"cmd":"constructor"}', "Unknown command: constructor"],
    ['{"cmd":"__proto__"}', "Unknown command: __proto__"],
    ['{"cmd":"events"}', "Unknown command: events"],
  ];
  for (const [frame, text] of cases) {
    ada.sendRaw(frame);
    assert.equal((await ada.next("error"))["val"], text);
  }
});

test("only a non-empty string is a listener", async () => {
  const ada = await home.onOriginchats("ada");
  for (const listener of [7, "", { a: 1 }, null, ["x"]]) {
    ada.send({ cmd: "ping", listener });
    assert.deepEqual(await ada.next("pong"), { cmd: "pong", val: "pong" });
  }
  ada.sendRaw('{"cmd":"nope","listener":"L"}');
  const error = await ada.next("error");
  assert.deepEqual(error, {
    cmd: "error",
    src: "nope",
    val: "Unknown command: nope",
    listener: "L",
  });
});

test("fields of the wrong kind and missing fields get the command's own error", async () => {
  const ada = await home.onOriginchats("ada");
  const id = "00000000-0000-4000-8000-000000000000";
  const cases: readonly (readonly [{ cmd: string; [field: string]: unknown }, RegExp])[] = [
    [{ cmd: "message_new" }, /^Missing fields: channel or thread_id, content or attachments$/],
    [{ cmd: "message_new", channel: "general" }, /^Missing fields: content or attachments$/],
    [
      { cmd: "message_new", channel: "general", content: " \n " },
      /^Message content or attachments cannot be empty$/,
    ],
    [
      { cmd: "message_new", channel: "general", content: "x".repeat(101) },
      /^Message too long\. Maximum length is 100 characters$/,
    ],
    [{ cmd: "message_new", channel: "general", content: 5 }, /^Invalid request: content$/],
    [{ cmd: "message_new", channel: "nowhere", content: "x" }, /^Channel not found$/],
    [{ cmd: "message_new", channel: "staff", content: "x" }, /^Channel not found$/],
    [
      { cmd: "message_new", channel: "general", content: "x", reply_to: id },
      /^The message you're trying to reply to was not found$/,
    ],
    [
      { cmd: "message_new", channel: "general", content: "x", attachments: [{ id }] },
      /^Attachment 00000000-0000-4000-8000-000000000000 not found or expired$/,
    ],
    [{ cmd: "message_edit" }, /^Invalid message edit format$/],
    [
      { cmd: "message_edit", channel: "general", id, content: "x" },
      /^Message not found or cannot be edited$/,
    ],
    [{ cmd: "message_delete" }, /^Invalid message delete format$/],
    [{ cmd: "message_delete", channel: "general", id }, /^Message not found or cannot be deleted$/],
    [{ cmd: "messages_get" }, /^Channel or thread_id required$/],
    [{ cmd: "messages_get", channel: "staff" }, /^Channel not found$/],
    [{ cmd: "messages_get", channel: "general", limit: "x" }, /^Invalid request: limit$/],
    [{ cmd: "user_ban", user: "ben" }, /^Access denied: 'owner' role required$/],
    [{ cmd: "user_unban" }, /^Access denied: 'owner' role required$/],
    [{ cmd: "unreads_ack" }, /^Channel or thread_id is required$/],
  ];
  for (const [packet, text] of cases) {
    const answer = await ada.ask(packet);
    assert.equal(answer.cmd, "error", JSON.stringify(packet));
    assert.equal(answer["src"], packet.cmd);
    assert.match(String(answer["val"]), text, JSON.stringify(packet));
  }
});

test("a frame above the limit closes its connection with 1009, and nobody else notices", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  ada.sendRaw(JSON.stringify({ cmd: "ping", pad: "x".repeat(70_000) }));
  assert.equal((await ada.closed()).code, 1009);
  assert.equal((await ben.ask({ cmd: "ping" })).cmd, "pong");
});

test("a WebSocket elsewhere than at the root is a 404", async () => {
  const url = `ws://127.0.0.1:${portOf(home.stack.originchats)}/elsewhere`;
  await assert.rejects(OriginchatsClient.connect(0, { url }), /404/);
});
