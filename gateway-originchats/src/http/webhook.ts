/** `POST /webhooks?token=…` (part 3, 9.1): messages from programs, in Discord's form and in GitHub's. */
import { type CommandOf, type Embed, isLonger } from "@dragoman/bus-schema";
import type { HttpPort, Outcome, View } from "@dragoman/gateway-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readEmbeds } from "../embed.ts";
import type { JsonObject } from "../wire.ts";
import { type Failure, failure, failureOf, sendFailure } from "./answer.ts";
import { readBody, readJson } from "./body.ts";
import { hasRef, pushEmbed } from "./github.ts";

const bodyBytesMax = 10 * 1024 * 1024;
const tokenMax = 200;
const nameMax = 80;
const addressMax = 2_000;
const noToken = failure(401, "Invalid webhook token");
const tooMany = failure(429, "Too many requests");

/** Bodies that are read at once: each may be ten megabytes. */
const atOnceMax = 16;

/** What a body asks to be posted. */
type Post = Pick<CommandOf<"webhook.post">, "content" | "embeds" | "as">;

export function webhookPosts(http: HttpPort) {
  let underway = 0;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { token } = request.query as { readonly token?: unknown };
    if (typeof token !== "string" || token === "") {
      return sendFailure(reply, failure(401, "Webhook token required"));
    }
    if (!/^\s*application\/json/i.test(request.headers["content-type"] ?? "")) {
      return sendFailure(reply, failure(415, "Content-Type must be application/json"));
    }
    if (underway >= atOnceMax) return sendFailure(reply, tooMany);
    underway += 1;
    try {
      const failed = await post(request, token.slice(0, tokenMax), http);
      if (failed === undefined) await reply.code(204).send();
      else await sendFailure(reply, failed);
    } finally {
      underway -= 1;
    }
  };
}

async function post(
  request: FastifyRequest,
  token: string,
  http: HttpPort,
): Promise<Failure | undefined> {
  const large = failure(413, "Request body too large (max 10MB)");
  if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) return large;
  const body = await readBody(request.raw, bodyBytesMax);
  if (!body.ok) {
    return body.why === "too large" ? large : failure(400, "Failed to read request body");
  }
  const read = readPost(readJson(body.bytes), request.headers["x-github-event"], http.view());
  // The token is judged first: an empty message is refused for it, and otherwise for being empty.
  const command: Post = "status" in read || "done" in read ? nothing : read;
  const outcome = await http.command({ type: "webhook.post", token, ...command });
  const failed = failedBy(outcome, http.view().nowMs);
  if (failed === noToken) return failed;
  if ("done" in read) return undefined;
  return "status" in read ? read : failed;
}

const nothing: Post = { content: { text: "", markup: "markdown" } };

function failedBy(outcome: Outcome, nowMs: number): Failure | undefined {
  if (outcome.kind === "unknown") return failure(503, "Not confirmed");
  if (outcome.kind !== "refused") return undefined;
  const { rejection } = outcome;
  if (rejection.code === "not_found") {
    return rejection.what === "webhook" ? noToken : failure(404, "Channel not found");
  }
  if (rejection.code === "invalid") return failure(400, "No content provided");
  if (rejection.code === "too_long") return { ...failureOf(rejection, nowMs), status: 400 };
  return failureOf(rejection, nowMs);
}

type Read = Post | Failure | { readonly done: true };

function readPost(value: unknown, event: unknown, view: View): Read {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return failure(400, "Invalid JSON body");
  }
  const body = value as JsonObject;
  if (typeof event === "string" && event !== "") {
    // GitHub tries a new webhook out before it has anything to tell.
    if (event === "ping" && !hasRef(body)) return { done: true };
    if (hasRef(body)) {
      if (event !== "push") return failure(400, `Unhandled event type: ${event.slice(0, 64)}`);
      const embed = pushEmbed(body, new Date(view.nowMs).toISOString());
      return { ...nothing, embeds: [embed], as: { github: true } };
    }
  }
  return readMessage(body, view);
}

const textIn = (body: JsonObject, key: string): string => {
  const value = body[key];
  return typeof value === "string" ? value.trim() : "";
};

function readMessage(body: JsonObject, view: View): Read {
  const given = readEmbeds(body["embeds"]);
  if (!given.ok) return failure(400, given.error);
  const embeds: Embed[] = given.embeds ?? [];
  const first = textIn(body, "content") || textIn(body, "text");
  const text = first || (embeds.length === 0 ? textIn(body, "message") : "");
  if (text === "" && embeds.length === 0) return failure(400, "No content provided");
  const max = view.roster.server.postContentMax;
  if (isLonger(text, max)) {
    return failure(400, `Message too long. Maximum length is ${max} characters`);
  }
  const name = Array.from(textIn(body, "username")).slice(0, nameMax).join("");
  const avatar = textIn(body, "avatar_url").slice(0, addressMax);
  return {
    content: { text, markup: "markdown" },
    ...(embeds.length === 0 ? {} : { embeds }),
    ...(name === "" && avatar === ""
      ? {}
      : { as: { ...(name === "" ? {} : { name }), ...(avatar === "" ? {} : { avatar }) } }),
  };
}
