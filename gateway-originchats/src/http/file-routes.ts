/** The routes of files (part 3, section 14): uploads, emoji, the server's pictures, and webhooks beside them. */
import type { HttpPort } from "@dragoman/gateway-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { emojiFileName } from "../packet-emoji.ts";
import { failure, sendFailure } from "./answer.ts";
import { leaveBodies } from "./body.ts";
import { Gate, type GateLimits, MinuteBudget } from "./gate.ts";
import { serveFile } from "./serve-file.ts";
import { upload } from "./upload.ts";
import { webhookPosts } from "./webhook.ts";

const notFound = failure(404, "Not found");
const method = ["GET", "HEAD"];

function sendText(reply: FastifyReply, text: string): Promise<void> {
  return Promise.resolve(reply.code(404).type("text/plain; charset=utf-8").send(text)).then(
    () => undefined,
  );
}

/** Bodies that are read at once: each may be ten megabytes. */
const webhookSlots: GateLimits = { atOnce: 16, atOncePerAddress: 4 };

const nameIn = (request: FastifyRequest): string => (request.params as { name: string }).name;

/** Registers them. Nothing here asks who is there: ids are the secret (part 2, 14.3), pictures are everybody's. */
export function fileRoutes(app: FastifyInstance, http: HttpPort): void {
  const { view } = http;
  app.route({
    method,
    url: "/attachments/:name",
    handler: async (request, reply) => {
      const name = nameIn(request);
      if (name === "") return sendFailure(reply, notFound);
      if (!view().config.attachments.enabled) {
        return sendFailure(reply, failure(503, "Attachments are disabled"));
      }
      const found = await http.ask({ type: "attachment.one", attachmentId: name.slice(0, 64) });
      if (!found.ok) return sendFailure(reply, failure(503, "Server busy, try again"));
      const { attachment } = found.value;
      if (attachment === null) {
        return sendFailure(reply, failure(404, "Attachment not found or expired"));
      }
      const { file, name: savedAs } = attachment;
      if (!(await serveFile(request, reply, http, { file, name: savedAs, hidden: true }))) {
        await sendFailure(reply, failure(404, "Attachment file not found"));
      }
    },
  });
  app.route({
    method,
    url: "/emojis/:name",
    handler: async (request, reply) => {
      const name = nameIn(request);
      if (name === "") return sendFailure(reply, notFound);
      const { roster } = view();
      const emoji = roster.emoji(name.replace(/\.[a-z]+$/, ""));
      const fits = emoji !== undefined && (name === emoji.emojiId || name === emojiFileName(emoji));
      if (!fits || !(await serveFile(request, reply, http, { file: emoji.file }))) {
        await sendText(reply, "Emoji not found");
      }
    },
  });
  app.route({
    method,
    url: "/server-assets/:name",
    handler: async (request, reply) => {
      const name = nameIn(request);
      const { server } = view().roster;
      const asset = name === "icon" || name === "banner" ? server[name] : undefined;
      const shown = asset?.kind === "file" && (await serveFile(request, reply, http, asset));
      if (!shown) await sendText(reply, "Server asset not found");
    },
  });
  void app.register(async (scope) => {
    leaveBodies(scope);
    const gate = new Gate(() => view().config.attachments);
    const budget = new MinuteBudget(
      () => view().config.attachments.perMinute,
      () => view().steadyMs,
    );
    const posts = webhookPosts(http, new Gate(() => webhookSlots));
    scope.post("/attachments/upload", (request, reply) =>
      upload(request, reply, { http, gate, budget }),
    );
    scope.post("/webhooks", posts);
    scope.post("/webhooks/*", posts);
  });
}
