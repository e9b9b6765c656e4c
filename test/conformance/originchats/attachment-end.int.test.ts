/** The ends of uploads (reference part 2, 14.2 and 17): what goes with a message, a thread or a channel. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FileStore } from "@dragoman/service-kit";
import { eventually } from "@dragoman/testing/deadline";
import { community } from "@dragoman/testing/nats";
import { dataUri, longPng } from "../../support/picture.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";
import { uploadTo } from "../../support/web.ts";

const home = stackForTests({ originchats: 2, config: { attachments: { perMinute: 1000 } } });
const at = (index = 0): string => `http://127.0.0.1:${portOf(home.stack.originchats, index)}`;

describe("what goes with what (part 2, 14.2 and 17)", () => {
  test("a deleted message takes its attachment along, unless another message shows it", async () => {
    const ada = await home.onOriginchats("ada");
    const { body } = await uploadTo(at(), ada);
    const id = body.attachment?.id ?? "";
    const say = async (content: string): Promise<string> => {
      const got = await ada.ask({
        cmd: "message_new",
        channel: "general",
        content,
        attachments: [{ id }],
      });
      return String((got["message"] as Record<string, unknown>)["id"]);
    };
    const one = await say("one");
    const two = await say("two");
    await ada.ask({ cmd: "message_delete", channel: "general", id: one });
    assert.equal(
      (await ada.ask({ cmd: "attachment_get", attachment_id: id })).cmd,
      "attachment_info",
    );
    await ada.ask({ cmd: "message_delete", channel: "general", id: two });
    const gone = await ada.ask({ cmd: "attachment_get", attachment_id: id });
    assert.equal(gone["val"], "Attachment not found or expired");
    assert.equal((await fetch(`${at(1)}/attachments/${id}`)).status, 404);
  });

  test("a deleted thread or channel takes along what nothing else shows, and its bytes", async () => {
    const { operator } = home.stack;
    const open = { view: ["user"], send: ["user"], create_thread: ["user"] };
    for (const [name, kind] of [
      ["den", "text"],
      ["help", "forum"],
    ] as const) {
      await operator.mustAccept({ type: "channel.create", kind, name, permissions: open });
    }
    const ada = await home.onOriginchats("ada");
    const olga = await home.onOriginchats("olga");
    const created = await ada.ask({ cmd: "thread_create", channel: "help", name: "one" });
    const thread = String((created["thread"] as Record<string, unknown>)["id"]);
    const places = { den: { channel: "den" }, help: { thread_id: thread } } as const;
    const ends = {
      den: { cmd: "channel_delete", name: "den" },
      help: { cmd: "thread_delete", thread_id: thread },
    } as const;
    const store = new FileStore(operator.coreBus, community);
    for (const name of ["den", "help"] as const) {
      const file = (length: number) => ({ file: dataUri("image/png", longPng(length)) });
      const upload = async (change: Readonly<Record<string, unknown>>): Promise<string> =>
        (await uploadTo(at(), ada, { channel: name, ...change })).body.attachment?.id ?? "";
      const before = await store.names();
      const alone = await upload(file(name === "den" ? 3_001 : 3_002));
      const [bytes] = (await store.names()).filter((each) => !before.includes(each));
      const both = await upload({});
      const attachments = [{ id: alone }, { id: both }];
      await ada.ask({ cmd: "message_new", ...places[name], content: "here", attachments });
      await ada.ask({
        cmd: "message_new",
        channel: "general",
        content: "there",
        attachments: [{ id: both }],
      });
      assert.notEqual((await olga.ask(ends[name])).cmd, "error");
      const status = async (id: string): Promise<number> =>
        (await fetch(`${at(1)}/attachments/${id}`, { method: "HEAD" })).status;
      assert.deepEqual([await status(alone), await status(both)], [404, 200], name);
      await eventually(20_000, "its bytes are gone", async () => {
        assert.ok(bytes !== undefined && !(await store.names()).includes(bytes));
        return true;
      });
    }
  });
});
