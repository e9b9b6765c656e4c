/** OriginChats 2, sections 3 to 5 and 15: what message_new, message_edit and message_delete refuse. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OriginchatsClient } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

type Packet = { readonly cmd: string; readonly [field: string]: unknown };

const readers = { view: ["user"], send: ["user"], edit_own: ["owner"], delete_own: ["owner"] };

async function refused(by: OriginchatsClient, packet: Packet): Promise<unknown> {
  const answer = await by.ask(packet);
  assert.equal(answer.cmd, "error", JSON.stringify(answer).slice(0, 300));
  assert.equal(answer["src"], packet.cmd);
  return answer["val"];
}

async function posted(by: OriginchatsClient, channel: string, content: string): Promise<string> {
  const answer = await by.ask({ cmd: "message_new", channel, content });
  assert.equal(answer.cmd, "message_new", String(answer["val"]));
  return (answer["message"] as { readonly id: string }).id;
}

describe("messages", () => {
  const home = stackForTests({
    furnished: async ({ operator }) => {
      await operator.mustAccept({
        type: "channel.create",
        kind: "text",
        name: "carved",
        permissions: readers,
      });
    },
  });

  test("message_edit is the author's alone, and only where the list lets them", async () => {
    const ada = await home.onOriginchats("ada");
    const ben = await home.onOriginchats("ben");
    const id = await posted(ada, "general", "mine");
    const edit = { cmd: "message_edit", channel: "general", id, content: "yours" };
    assert.equal(await refused(ben, edit), "You do not have permission to edit this message");
    const carved = await posted(ada, "carved", "in stone");
    assert.equal(
      await refused(ada, { ...edit, channel: "carved", id: carved }),
      "You do not have permission to edit your own message in this channel",
    );
  });

  test("message_delete asks another list for one's own message than for another's", async () => {
    const ada = await home.onOriginchats("ada");
    const ben = await home.onOriginchats("ben");
    const mona = await home.onOriginchats("mona");
    const id = await posted(ada, "general", "to go");
    const remove = { cmd: "message_delete", channel: "general", id };
    assert.equal(await refused(ben, remove), "You do not have permission to delete this message");
    const carved = await posted(ada, "carved", "to stay");
    assert.equal(
      await refused(ada, { ...remove, channel: "carved", id: carved }),
      "You do not have permission to delete your own message in this channel",
    );
    assert.equal((await mona.ask(remove)).cmd, "message_delete");
    assert.equal(
      (await ada.next("message_delete", (packet) => packet["id"] === id))["channel"],
      "general",
    );
  });

  test("an embed that is none is refused with its index", async () => {
    const ada = await home.onOriginchats("ada");
    const packet = { cmd: "message_new", channel: "general", content: "see" };
    assert.equal(await refused(ada, { ...packet, embeds: 5 }), "Embeds must be an array");
    const many = { ...packet, embeds: Array(11).fill({ title: "fine" }) };
    assert.equal(await refused(ada, many), "Cannot have more than 10 embeds");
    const text = await refused(ada, { ...packet, embeds: [{ title: "fine" }, { color: -1 }] });
    assert.match(String(text), /^Embed 1: 1 validation error for Embed: color/);
  });

  test("a message shows twenty attachments at most, and the server's name has its length", async () => {
    const olga = await home.onOriginchats("olga");
    const attachments = Array.from({ length: 21 }, (_, n) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    }));
    const packet = { cmd: "message_new", channel: "general", content: "see", attachments };
    assert.equal(await refused(olga, packet), "Cannot have more than 20 attachments");
    const name = "n".repeat(101);
    const long = "Name too long (max 100 characters)";
    assert.equal(await refused(olga, { cmd: "server_update", name }), long);
  });

  test("a message takes reactions with a hundred different emojis", async () => {
    const ada = await home.onOriginchats("ada");
    const id = await posted(ada, "general", "react");
    const react = { cmd: "message_react_add", channel: "general", id };
    for (let n = 0; n < 100; n += 1) await ada.ask({ ...react, emoji: `e${n}` });
    assert.equal(await refused(ada, { ...react, emoji: "one more" }), "Too many reactions");
  });

  test("typing without a place is refused", async () => {
    const ada = await home.onOriginchats("ada");
    assert.equal(await refused(ada, { cmd: "typing" }), "Channel name or thread_id not provided");
  });

  test("what only the server says is no command", async () => {
    const ada = await home.onOriginchats("ada");
    for (const cmd of ["events", "nickname_update", "nickname_remove"]) {
      assert.equal(await refused(ada, { cmd }), `Unknown command: ${cmd}`);
    }
  });

  test("poll_create needs the role permission too, and whoever has no role may not speak", async () => {
    const { operator } = home.stack;
    await operator.addUser("ned");
    const ned = await home.onOriginchats("ned");
    const olga = await home.onOriginchats("olga");
    await olga.ask({ cmd: "role_create", name: "mute", permissions: [] });
    await olga.ask({ cmd: "user_roles_set", user: "ned", roles: ["mute"] });
    const poll = { cmd: "poll_create", channel: "general", question: "?", options: ["a", "b"] };
    assert.equal(await refused(ned, poll), "Access denied: 'send_messages' permission required");
    await olga.ask({ cmd: "role_delete", name: "mute" });
    assert.equal(
      await refused(ned, { cmd: "message_new", channel: "general", content: "hi" }),
      "User roles not found",
    );
  });

  test("users_banned_list is for those who may ban, and names who is", async () => {
    const { operator } = home.stack;
    await operator.addUser("bad");
    const olga = await home.onOriginchats("olga");
    const ada = await home.onOriginchats("ada");
    await olga.ask({ cmd: "user_ban", user: "bad" });
    const answer = await olga.ask({ cmd: "users_banned_list" });
    assert.deepEqual(answer["users"], ["bad"]);
    const denied = await ada.ask({ cmd: "users_banned_list" });
    assert.equal(denied["val"], "Access denied: 'owner' role required");
  });

  test("attachment_get and attachment_delete name the command of a wrong form", async () => {
    const ada = await home.onOriginchats("ada");
    const get = await refused(ada, { cmd: "attachment_get", attachment_id: [] });
    assert.ok(String(get).startsWith("Invalid attachment_get command: "), String(get));
    const remove = await refused(ada, { cmd: "attachment_delete", attachment_id: [] });
    assert.ok(String(remove).startsWith("Invalid attachment_delete command: "), String(remove));
  });
});

describe("without attachments", () => {
  const home = stackForTests({ config: { attachments: { enabled: false } } });

  test("a message that brings some is refused", async () => {
    const ada = await home.onOriginchats("ada");
    const packet = { cmd: "message_new", channel: "general", content: "see" };
    const attachments = [{ id: "00000000-0000-4000-8000-000000000001" }];
    assert.equal(await refused(ada, { ...packet, attachments }), "Attachments are disabled");
  });
});
