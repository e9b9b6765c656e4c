/** Uploads (reference part 2, section 14; part 1, 2.5), over real sockets and HTTP. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import { dataUri, pdf, png } from "../../support/picture.ts";
import { portOf } from "../../support/stack.ts";
import { stackForTests } from "../../support/test-stack.ts";
import { post, proofOf, uploadTo } from "../../support/web.ts";

const base = "https://chat.example.org";
const home = stackForTests({
  originchats: 2,
  config: { originchats: { url: base }, attachments: { perMinute: 1000 } },
});
const at = (index = 0): string => `http://127.0.0.1:${portOf(home.stack.originchats, index)}`;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe("POST /attachments/upload (part 2, 14.1)", () => {
  test("refuses in the reference's order", async () => {
    const ada = await home.onOriginchats("ada");
    const proof = proofOf(ada);
    const whole = {
      ...proof,
      file: dataUri("image/png", png),
      name: "a.png",
      mime_type: "image/png",
      channel: "general",
    };
    const cases: readonly (readonly [unknown, number, string, string?])[] = [
      ["x", 415, "Content-Type must be application/json", "text/plain"],
      ["{bad", 400, "Invalid JSON body"],
      ["[]", 400, "Invalid JSON body"],
      ["5", 400, "Invalid JSON body"],
      [{}, 401, "validator_key and validator are required for authentication"],
      [
        { validator_key: "any" },
        401,
        "validator_key and validator are required for authentication",
      ],
      [{ validator_key: "any", validator: "bad" }, 401, "Invalid credentials"],
      [{ validator_key: 5, validator: 5 }, 401, "Invalid credentials"],
      [proof, 400, "Missing required fields: file, name, mime_type, channel"],
      [{ ...whole, file: 5 }, 400, "Missing required fields: file, name, mime_type, channel"],
      [{ ...whole, name: "" }, 400, "Missing required fields: file, name, mime_type, channel"],
      [{ ...whole, channel: "nope" }, 404, "Channel does not exist"],
      [{ ...whole, channel: "staff" }, 404, "Channel does not exist"],
      [{ ...whole, file: "%%%" }, 400, "Invalid file data"],
      [{ ...whole, file: "" }, 400, "Invalid file data"],
      [{ ...whole, file: "data:image/png;base64," }, 400, "Invalid file data"],
      [{ ...whole, expires_in_days: "7" }, 400, "Invalid expires_in_days"],
      [{ ...whole, expires_in_days: -1 }, 400, "Invalid expires_in_days"],
      [
        {
          ...whole,
          mime_type: "application/x-msdownload",
          name: "a.exe",
          file: dataUri("x/y", Buffer.from("MZ\u0090\u0000\u0003 and so on", "latin1")),
        },
        500,
        "Failed to save attachment",
      ],
    ];
    for (const [body, status, error, type] of cases) {
      const got = await post(
        `${at()}/attachments/upload`,
        body,
        type ? { "content-type": type } : {},
      );
      assert.deepEqual(
        [got.status, got.body],
        [status, { error }],
        JSON.stringify(body).slice(0, 200),
      );
      assert.equal(got.headers.get("access-control-allow-origin"), "*");
      assert.equal(got.headers.get("content-type"), "application/json; charset=utf-8");
    }
  });

  test("refuses for a channel that one may view and not write in", async () => {
    const permissions = { view: ["user"], send: ["owner"] };
    await home.stack.operator.mustAccept({
      type: "channel.create",
      kind: "text",
      name: "news",
      permissions,
    });
    const ada = await home.onOriginchats("ada");
    await eventually(10_000, "the channel is there", async () => {
      const { status, body } = await uploadTo(at(), ada, { channel: "news" });
      if (status === 404) return false;
      const error = "You don't have permission to send in this channel";
      assert.deepEqual([status, body], [403, { error }]);
      return true;
    });
  });

  test("answers 201 with the attachment", async () => {
    const ada = await home.onOriginchats("ada");
    const before = Date.now() / 1000;
    const { status, body } = await uploadTo(at(), ada);
    assert.equal(status, 201);
    const { id, expires_at, ...rest } = body.attachment ?? assert.fail("no attachment");
    assert.match(id, uuid);
    assert.deepEqual(rest, {
      name: "pic.png",
      mime_type: "image/png",
      size: 71,
      url: `${base}/attachments/${id}`,
      permanent: false,
      width: 2,
      height: 2,
    });
    assert.equal(body.permanent, false);
    const days = (expires_at - before) / 86_400;
    assert.ok(days > 6.99 && days < 7.01, String(days));
  });

  test("expires_in_days can only shorten", async () => {
    const ada = await home.onOriginchats("ada");
    const before = Date.now() / 1000;
    const short = await uploadTo(at(), ada, { expires_in_days: 1 });
    const long = await uploadTo(at(), ada, { expires_in_days: 99 });
    const days = (of: typeof short): number =>
      Math.round(((of.body.attachment?.expires_at ?? 0) - before) / 86_400);
    assert.deepEqual([days(short), days(long)], [1, 7]);
  });

  test("takes the ready token as validator, a bare base64 text, and any gateway", async () => {
    const ada = await home.onOriginchats("ada");
    const { validator } = proofOf(ada);
    // The other gateway hears of the session a moment later.
    await eventually(10_000, "the other gateway takes it", async () => {
      const other = await uploadTo(at(1), ada, { validator_key: "of another", validator });
      assert.equal(other.status, 201);
      return true;
    });
    const byKey = await uploadTo(at(1), ada, {
      validator: "made by somebody else",
      file: pdf.toString("base64"),
      name: "doc.pdf",
      mime_type: "application/pdf",
    });
    assert.equal(byKey.status, 201);
    assert.equal(byKey.body.attachment?.["mime_type"], "application/pdf");
    const got = await fetch(`${at(0)}/attachments/${byKey.body.attachment?.id}`);
    assert.equal(await got.text(), pdf.toString());
  });

  test("a connection that is gone proves nothing, nor does its key after a ban", async () => {
    const ben = await home.onOriginchats("ben");
    const proof = proofOf(ben);
    await ben.close();
    await eventually(10_000, "the key is void", async () => {
      const { status } = await post(`${at()}/attachments/upload`, proof);
      assert.equal(status, 401);
      return true;
    });
  });

  test("equal bytes are two attachments of two people", async () => {
    const ada = await home.onOriginchats("ada");
    const mona = await home.onOriginchats("mona");
    const one = await uploadTo(at(), ada);
    const two = await uploadTo(at(), mona, { name: "again.png" });
    assert.notEqual(one.body.attachment?.id, two.body.attachment?.id);
    assert.equal(one.body.attachment?.name, "pic.png");
    const sent = await mona.ask({
      cmd: "message_new",
      channel: "general",
      content: "mine too",
      attachments: [{ id: two.body.attachment?.id }],
    });
    assert.equal(sent.cmd, "message_new");
  });
});

describe("GET and HEAD /attachments/<id> (part 2, 14.3)", () => {
  test("gives the bytes with safe headers, ranges and conditions", async () => {
    const ada = await home.onOriginchats("ada");
    const { body } = await uploadTo(at(), ada, { name: 'pi"c é.png' });
    const url = `${at(1)}/attachments/${body.attachment?.id}`;
    const got = await fetch(url);
    assert.equal(got.status, 200);
    assert.ok(Buffer.from(await got.arrayBuffer()).equals(png));
    const headers = Object.fromEntries(got.headers);
    assert.equal(headers["content-type"], "image/png");
    assert.equal(headers["content-length"], "71");
    assert.equal(headers["cache-control"], "private, no-cache");
    assert.equal(headers["accept-ranges"], "bytes");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["content-security-policy"], "sandbox");
    assert.equal(headers["access-control-allow-origin"], "*");
    assert.equal(
      headers["content-disposition"],
      `inline; filename="pi_c _.png"; filename*=UTF-8''pi%22c%20%C3%A9.png`,
    );
    const head = await fetch(url, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, "71"]);
    const etag = got.headers.get("etag") ?? "";
    assert.match(etag, /^"[0-9a-f]{32}"$/);
    const modified = got.headers.get("last-modified") ?? "";
    const asked = async (given: Record<string, string>) => {
      const response = await fetch(url, { headers: given });
      const bytes = Buffer.from(await response.arrayBuffer());
      return [response.status, bytes.length, response.headers.get("content-range")] as const;
    };
    assert.deepEqual(await asked({ "if-none-match": etag }), [304, 0, null]);
    assert.deepEqual(await asked({ "if-modified-since": modified }), [304, 0, null]);
    assert.deepEqual(await asked({ range: "bytes=0-9" }), [206, 10, "bytes 0-9/71"]);
    assert.deepEqual(await asked({ range: "bytes=-1" }), [206, 1, "bytes 70-70/71"]);
    assert.deepEqual(await asked({ range: "bytes=70-" }), [206, 1, "bytes 70-70/71"]);
    assert.deepEqual(await asked({ range: "bytes=71-" }), [416, 0, "bytes */71"]);
    assert.deepEqual(await asked({ range: "bytes=0-1,4-5" }), [200, 71, null]);
    assert.deepEqual(await asked({ range: "bytes=0-9", "if-range": '"old"' }), [200, 71, null]);
    const cut = await fetch(url, { headers: { range: "bytes=8-20" } });
    assert.ok(Buffer.from(await cut.arrayBuffer()).equals(png.subarray(8, 21)));
  });

  test("what is no medium is to be saved, not shown", async () => {
    const ada = await home.onOriginchats("ada");
    const { body } = await uploadTo(at(), ada, {
      file: dataUri("application/pdf", pdf),
      name: "doc.pdf",
      mime_type: "application/pdf",
    });
    const got = await fetch(`${at()}/attachments/${body.attachment?.id}`);
    await got.arrayBuffer();
    assert.match(got.headers.get("content-disposition") ?? "", /^attachment; filename="doc\.pdf"/);
  });

  test("an unknown id is 404, and so is none", async () => {
    for (const [id, error] of [
      ["nope", "Attachment not found or expired"],
      ["", "Not found"],
    ]) {
      const got = await fetch(`${at()}/attachments/${id}`);
      assert.deepEqual([got.status, await got.json()], [404, { error }]);
    }
  });
});

describe("attachments in messages (part 2, section 3, 12)", () => {
  test("a message shows them to everybody, as they were uploaded", async () => {
    const ada = await home.onOriginchats("ada");
    const ben = await home.onOriginchats("ben");
    const { body } = await uploadTo(at(), ada);
    const shown = body.attachment ?? assert.fail("no attachment");
    ada.send({
      cmd: "message_new",
      channel: "general",
      content: "",
      attachments: [{ id: shown.id, name: "forged" }],
    });
    const got = await ben.next("message_new", (packet) => {
      const message = packet["message"] as Record<string, unknown>;
      return JSON.stringify(message["attachments"] ?? []).includes(shown.id);
    });
    const message = got["message"] as Record<string, unknown>;
    assert.equal(message["content"], "");
    assert.deepEqual(message["attachments"], [shown]);
    const page = await ben.ask({ cmd: "messages_get", channel: "general", limit: 1 });
    const [last] = page["messages"] as readonly Record<string, unknown>[];
    assert.deepEqual(last?.["attachments"], [shown]);
    const edited = await ada.ask({
      cmd: "message_edit",
      channel: "general",
      id: String(message["id"]),
      content: "seen",
    });
    assert.deepEqual((edited["message"] as Record<string, unknown>)["attachments"], [shown]);
  });

  test("each refusal of the list has its text", async () => {
    const ada = await home.onOriginchats("ada");
    const ben = await home.onOriginchats("ben");
    const { body } = await uploadTo(at(), ada);
    const id = body.attachment?.id ?? "";
    const gone = "00000000-0000-4000-8000-000000000000";
    const cases: readonly (readonly [unknown, string])[] = [
      ["x", "Attachments must be an array"],
      [Array(21).fill({ id }), "Cannot have more than 20 attachments"],
      [["x"], "Each attachment must be an object"],
      [[{ name: "x" }], "Attachment ID is required"],
      [[{ id: "nope" }], "Attachment nope not found or expired"],
      [[{ id: gone }], `Attachment ${gone} not found or expired`],
      [[{ id }], "You can only attach your own uploads"],
    ];
    for (const [attachments, val] of cases) {
      const got = await ben.ask({
        cmd: "message_new",
        channel: "general",
        content: "x",
        attachments,
      });
      assert.deepEqual([got.cmd, got["val"]], ["error", val]);
    }
  });
});

describe("attachment_get and attachment_delete (part 2, 14.4)", () => {
  test("tell and remove, to the asker alone", async () => {
    const ada = await home.onOriginchats("ada");
    const ben = await home.onOriginchats("ben");
    const olga = await home.onOriginchats("olga");
    const { body } = await uploadTo(at(), ada);
    const id = body.attachment?.id ?? "";
    const info = await ben.ask({ cmd: "attachment_get", attachment_id: ` ${id} ` });
    assert.equal(info.cmd, "attachment_info");
    assert.deepEqual(info["attachment"], body.attachment);
    const refused = await ben.ask({ cmd: "attachment_delete", attachment_id: id });
    assert.equal(refused["val"], "You can only delete your own attachments");
    const since = ben.log.length;
    const deleted = await ada.ask({ cmd: "attachment_delete", attachment_id: id });
    assert.deepEqual(
      [deleted.cmd, deleted["attachment_id"], deleted["deleted"]],
      ["attachment_deleted", id, true],
    );
    const again = await ada.ask({ cmd: "attachment_delete", attachment_id: id });
    assert.equal(again["val"], "Attachment not found");
    const asked = await ben.ask({ cmd: "attachment_get", attachment_id: id });
    assert.equal(asked["val"], "Attachment not found or expired");
    assert.equal(ben.log.since(since).length, 1);
    const got = await fetch(`${at()}/attachments/${id}`);
    assert.deepEqual(
      [got.status, await got.json()],
      [404, { error: "Attachment not found or expired" }],
    );
    const another = await uploadTo(at(), ada);
    const byOwner = await olga.ask({
      cmd: "attachment_delete",
      attachment_id: another.body.attachment?.id,
    });
    assert.equal(byOwner.cmd, "attachment_deleted");
  });

  test("malformed ones are told so", async () => {
    const ada = await home.onOriginchats("ada");
    const head = (cmd: string): string =>
      `Invalid ${cmd} command: 1 validation error for ${cmd.replace("a", "A")}\nattachment_id\n  `;
    for (const cmd of ["attachment_get", "attachment_delete"]) {
      const missing = await ada.ask({ cmd });
      assert.equal(missing["val"], `${head(cmd)}Field required`);
      const blank = await ada.ask({ cmd, attachment_id: "  " });
      assert.equal(blank["val"], `${head(cmd)}Value error, Attachment ID is required`);
      const number = await ada.ask({ cmd, attachment_id: 5 });
      assert.equal(number["val"], `${head(cmd)}Input should be a valid string`);
    }
  });

  test("attachment_upload is no command", async () => {
    const ada = await home.onOriginchats("ada");
    const got = await ada.ask({ cmd: "attachment_upload", file: "x" });
    assert.equal(got["val"], "Unknown command: attachment_upload");
  });
});
