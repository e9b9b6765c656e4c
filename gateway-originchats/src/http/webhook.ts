/** `POST /webhooks?token=…` (part 3, 9.1): messages from programs, in Discord's form and in GitHub's. */
import { beginning, type CommandOf, clipped, type Embed, isLonger } from "@dragoman/bus-schema";
import type { HttpPort, Outcome, View } from "@dragoman/gateway-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readEmbeds } from "../embed.ts";
import { leftText } from "../leaving-text.ts";
import type { JsonObject } from "../wire.ts";
import {
  type Failure,
  failure,
  failureOf,
  sendFailure,
  tooManyRequests,
  tooSlow,
} from "./answer.ts";
import { type Body, type Pace, readBody, readJson } from "./body.ts";
import type { Gate } from "./gate.ts";
import { hasRef, pushEmbed } from "./github.ts";

const bodyBytesMax = 10 * 1024 * 1024;
const tokenMax = 200;
const nameMax = 80;
const addressMax = 2_000;
const noToken = failure(401, "Invalid webhook token");
const tooLarge = failure(413, "Request body too large (max 10MB)");

/** The whole body has so long. */
const pace: Pace = { graceMs: 10_000 };

/** What a body asks to be posted. */
type Post = Pick<CommandOf<"webhook.post">, "content" | "embeds" | "as">;

/** The token is judged before a slot is taken and before anything of the body is read. */
export function webhookPosts(http: HttpPort, gate: Gate) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { token } = request.query as { readonly token?: unknown };
    if (typeof token !== "string" || token === "") {
      return sendFailure(reply, failure(401, "Webhook token required"));
    }
    if (!/^\s*application\/json/i.test(request.headers["content-type"] ?? "")) {
      return sendFailure(reply, failure(415, "Content-Type must be application/json"));
    }
    if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) {
      return sendFailure(reply, tooLarge);
    }
    const shown = clipped(token, tokenMax);
    const found = await http.ask({ type: "webhook.one", token: shown });
    if (!found.ok) return sendFailure(reply, failure(503, "Server busy, try again"));
    const { webhook } = found.value;
    if (webhook === null) return sendFailure(reply, noToken);
    const leave = gate.enter(http.address(request), webhook.webhookId);
    if (leave === undefined) return sendFailure(reply, tooManyRequests);
    try {
      const failed = await post(request, shown, http);
      if (failed === undefined) await reply.code(204).send();
      else await sendFailure(reply, failed);
    } finally {
      leave();
    }
  };
}

const unread: { readonly [Why in (Body & { readonly ok: false })["why"]]: Failure } = {
  "too large": tooLarge,
  "too slow": tooSlow,
  "broken off": failure(400, "Failed to read request body"),
};

async function post(
  request: FastifyRequest,
  token: string,
  http: HttpPort,
): Promise<Failure | undefined> {
  const body = await readBody(request.raw, bodyBytesMax, pace);
  if (!body.ok) return unread[body.why];
  const read = readPost(readJson(body.bytes), request.headers["x-github-event"], http.view());
  // Core judges the token again, and first: an empty message is refused for it, and otherwise for being empty.
  const command: Post = "status" in read || "done" in read ? nothing : read;
  const outcome = await http.command({ type: "webhook.post", token, ...command });
  const failed = failedBy(outcome, http.view());
  if (failed === noToken) return failed;
  if ("done" in read) return undefined;
  return "status" in read ? read : failed;
}

const nothing: Post = { content: { text: "", markup: "markdown" } };

function failedBy(outcome: Outcome, view: View): Failure | undefined {
  if (outcome.kind === "unknown") return failure(503, "Not confirmed");
  if (outcome.kind !== "refused") return undefined;
  const { rejection } = outcome;
  if (rejection.code === "not_found") {
    return rejection.what === "webhook" ? noToken : failure(404, "Channel not found");
  }
  if (rejection.code === "invalid") return failure(400, "No content provided");
  const failed = failureOf(rejection, view.nowMs);
  if (rejection.code === "too_long") return { ...failed, status: 400 };
  // Whoever reads a program's log calls no command: the words say where the community is.
  return rejection.code === "leaving" ? { ...failed, error: leftText(view) } : failed;
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
      if (event !== "push") return failure(400, `Unhandled event type: ${clipped(event, 64)}`);
      const embed = pushEmbed(body, new Date(view.clockMs).toISOString());
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
  const name = beginning(textIn(body, "username"), nameMax);
  const avatar = clipped(textIn(body, "avatar_url"), addressMax);
  return {
    content: { text, markup: "markdown" },
    ...(embeds.length === 0 ? {} : { embeds }),
    ...(name === "" && avatar === ""
      ? {}
      : { as: { ...(name === "" ? {} : { name }), ...(avatar === "" ? {} : { avatar }) } }),
  };
}
