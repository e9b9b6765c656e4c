/** `POST /attachments/upload` (part 2, 14.1): the proof before the file, nothing stored before the last check. */
import { randomUUID } from "node:crypto";
import {
  type AttachmentId,
  allows,
  type Channel,
  directionMarks,
  FileName,
  type Rejection,
  type RosterUser,
} from "@dragoman/bus-schema";
import {
  type FileFacts,
  factsOfFile,
  type HttpPort,
  losesMetadata,
  type View,
} from "@dragoman/gateway-kit";
import { derivedKey, keyTagOf } from "@dragoman/service-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { uploadObject } from "../file-view.ts";
import { findViewedChannel } from "../place.ts";
import { rejectionText } from "../rejection.ts";
import { type Failure, failure, failureOf, sendFailure, sendJson, tooSlow } from "./answer.ts";
import { BrokenBodyError, type Pace, piecesOf, SlowBodyError } from "./body.ts";
import type { Gate, MinuteBudget } from "./gate.ts";
import { isAllowed, isNamed, isTrue, isVague } from "./media-type.ts";
import { Spool } from "./spool.ts";
import { type Fault, UploadBody } from "./upload-body.ts";

export interface Uploading {
  readonly http: HttpPort;
  readonly gate: Gate;
  readonly budget: MinuteBudget;
}

/** Room in a body for everything but the file. */
const roomBytes = 64 * 1024;
/** What stands before the file, the proof within it, is not longer than this. */
const headBytesMax = 16 * 1024;
/** A modem's pace: whoever keeps it may send for as long as the file is. */
const pace: Pace = { graceMs: 10_000, leastBytesPerSecond: 4 * 1024 };
const keyMax = 400;
const dayMs = 24 * 3_600_000;

const tooMany = failure(429, "Too many uploads");
const telling = failure(400, "Files of this type may tell where and when they were made");
const missing = failure(400, "Missing required fields: file, name, mime_type, channel");

type Fields = Readonly<Record<string, unknown>>;

export async function upload(
  request: FastifyRequest,
  reply: FastifyReply,
  at: Uploading,
): Promise<void> {
  const { attachments } = at.http.view().config;
  const type = request.headers["content-type"] ?? "";
  if (!/^\s*application\/json/i.test(type)) {
    return sendFailure(reply, failure(415, "Content-Type must be application/json"));
  }
  if (!attachments.enabled) return sendFailure(reply, failure(503, "Attachments are disabled"));
  const bodyMax = Math.ceil((attachments.bytesMax * 4) / 3) + roomBytes;
  if (Number(request.headers["content-length"] ?? 0) > bodyMax) {
    return sendFailure(reply, tooLarge(attachments.bytesMax));
  }
  const answer = await receive(request, bodyMax, at);
  if ("status" in answer) await sendFailure(reply, answer);
  else await sendJson(reply, 201, answer);
}

/** The original's intended text: the stock client reads the number in it. */
const tooLarge = (bytesMax: number): Failure =>
  failure(413, `Request body too large (max ${bytesMax} bytes)`);

/** An upload whose sender is known: from here on it may cost something. */
interface Admitted {
  readonly user: RosterUser;
  readonly key: string;
  readonly spool: Spool;
  readonly leave: () => void;
}

const invalidJson = failure(400, "Invalid JSON body");

/** Reads the body. The proof stands before the file: without one nothing of the file is kept, and no slot taken. */
async function receive(
  request: FastifyRequest,
  bodyMax: number,
  at: Uploading,
): Promise<Failure | object> {
  const { bytesMax } = at.http.view().config.attachments;
  const body = new UploadBody();
  let admitted: Admitted | undefined;
  let length = 0;
  try {
    for await (const part of piecesOf(request.raw, pace)) {
      length += part.length;
      if (length > bodyMax) return tooLarge(bytesMax);
      const bytes = body.write(part);
      if (body.fault === "json") return invalidJson;
      if (admitted === undefined) {
        if (!body.hasFile && body.restBytes <= headBytesMax) continue;
        const head = body.before();
        const got = head === undefined ? invalidJson : await admit(head, request, at);
        if ("status" in got) return got;
        admitted = got;
      }
      if (bytes.length > 0) await admitted.spool.write(bytes);
      if (admitted.spool.size > bytesMax) return tooLarge(bytesMax);
    }
    const fields = body.end();
    if (fields === undefined) return invalidJson;
    if (admitted !== undefined) return await take(fields, body.fault, admitted, at);
    const proof = await prove(fields, request, at);
    return "status" in proof ? proof : missing;
  } catch (error) {
    if (error instanceof SlowBodyError) return tooSlow;
    if (error instanceof BrokenBodyError) return failure(400, "Failed to read request body");
    throw error;
  } finally {
    await admitted?.spool.remove();
    admitted?.leave();
  }
}

async function admit(
  head: Fields,
  request: FastifyRequest,
  at: Uploading,
): Promise<Failure | Admitted> {
  const proof = await prove(head, request, at);
  if ("status" in proof) return proof;
  const leave = at.gate.enter(at.http.address(request), proof.user.userId);
  if (leave === undefined) return tooMany;
  try {
    return { ...proof, leave, spool: await Spool.open() };
  } catch (error) {
    leave();
    throw error;
  }
}

async function take(
  fields: Fields,
  fault: Fault | undefined,
  { user, key, spool }: Admitted,
  at: Uploading,
): Promise<Failure | object> {
  const { mime_type: mime, channel: channelName } = fields;
  const { name: typed } = fields;
  const name = typeof typed === "string" ? typed.replace(directionMarks, "") : typed;
  const given = [typed, mime, channelName].every((text) => typeof text === "string" && text !== "");
  if (!given) return missing;
  const channel = placeOf(String(channelName), user, at.http.view());
  if ("status" in channel) return channel;
  const { bytesMax, perPerson, types } = at.http.view().config.attachments;
  const days = daysOf(fields["expires_in_days"]);
  if (days === null) return failure(400, "Invalid expires_in_days");
  if (!FileName.safeParse(name).success) return failure(400, "Invalid file name");
  if (fault !== undefined || spool.size === 0) return failure(400, "Invalid file data");
  if (spool.size > bytesMax) return tooLarge(bytesMax);
  const unwelcome = failure(500, "Failed to save attachment");
  const declared = String(mime);
  if (perPerson === 0 || !(isVague(declared) || isAllowed(declared, types))) return unwelcome;
  const facts = await factsOfFile(spool.path, spool.size);
  if (!isTrue(declared, facts.mime)) return failure(400, "File content does not match its type");
  if (!isAllowed(facts.mime, types)) return unwelcome;
  if (!isNamed(facts.mime, types) && !losesMetadata(facts.mime)) return telling;
  if (!at.budget.spend(user.userId)) return tooMany;
  const extra = days === undefined ? {} : { expiresInMs: Math.round(days * dayMs) };
  return keep({ key, channel, name: String(name), spool, facts, extra }, at);
}

/** Whose upload it is. The key was given to one live connection, and the token that follows from it as well. */
async function prove(
  { validator_key: key, validator }: Fields,
  request: FastifyRequest,
  { http }: Uploading,
): Promise<Failure | { readonly user: RosterUser; readonly key: string }> {
  if (!key || !validator) {
    return failure(401, "validator_key and validator are required for authentication");
  }
  const invalid = failure(401, "Invalid credentials");
  if (typeof key !== "string" || typeof validator !== "string") return invalid;
  const { roster } = http.view();
  const ownerOf = (ready: string): RosterUser | undefined => {
    const tag = keyTagOf(ready);
    for (const session of roster.sessions) {
      if (session.keyTag === tag) return roster.user(session.userId);
    }
    return undefined;
  };
  const shown = validator.slice(0, keyMax);
  const byToken = ownerOf(shown);
  if (byToken !== undefined) return { user: byToken, key: shown };
  const ready = derivedKey(key.slice(0, keyMax));
  const byKey = ownerOf(ready);
  if (byKey === undefined) return invalid;
  if (byKey.local) return { user: byKey, key: ready };
  const proved = await http.authenticate(http.address(request), {
    scheme: "rotur",
    key,
    validator: validator.slice(0, 4_096),
  });
  if (proved.ok) return { user: byKey, key: ready };
  return unreachable.has(proved.rejection.code)
    ? failure(502, "Failed to validate credentials")
    : invalid;
}

const unreachable: ReadonlySet<string> = new Set(["busy"]);

function placeOf(name: string, { userId }: RosterUser, { roster }: View): Failure | Channel {
  const channel = findViewedChannel(name, userId, roster);
  if (channel === undefined) return failure(404, "Channel does not exist");
  return allows(channel, "send", roster.actor(userId))
    ? channel
    : failure(403, "You don't have permission to send in this channel");
}

/** Undefined: not given; null: no time at all. */
function daysOf(given: unknown): number | undefined | null {
  if (given === undefined || given === null) return undefined;
  return typeof given === "number" && Number.isFinite(given) && given > 0
    ? Math.min(given, 36_500)
    : null;
}

interface Whole {
  readonly key: string;
  readonly channel: Channel;
  readonly name: string;
  readonly spool: Spool;
  readonly facts: FileFacts;
  readonly extra: { readonly expiresInMs?: number };
}

async function keep(
  { key, channel, name, spool, facts, extra }: Whole,
  { http }: Uploading,
): Promise<Failure | object> {
  const stored = await http.files.keep(spool, facts);
  if (!stored.ok) return unkept(stored.rejection, http.view().nowMs);
  const outcome = await http.command({
    type: "attachment.add",
    key,
    attachmentId: randomUUID() as AttachmentId,
    channelId: channel.channelId,
    name,
    file: stored.value,
    ...extra,
  });
  if (outcome.kind === "refused") return refusalOf(outcome.rejection, http.view().nowMs);
  const events = outcome.kind === "committed" ? outcome.commit.events : [];
  const added = events.find((event) => event.type === "attachment.added");
  if (added === undefined) return failure(503, "Not confirmed");
  const { attachment } = added;
  return {
    attachment: uploadObject(attachment, http.view()),
    permanent: attachment.permanent,
  };
}

/** What is wrong with the file itself is told; that the store failed is as in the original. */
function unkept(rejection: Rejection, nowMs: number): Failure {
  if (rejection.code === "busy") return failure(500, "Failed to save attachment");
  if (rejection.code === "storage_full") return failureOf(rejection, nowMs);
  return failure(400, rejectionText(rejection, nowMs));
}

function refusalOf(rejection: Rejection, nowMs: number): Failure {
  if (rejection.code === "disabled" && rejection.feature === "uploads") {
    return failure(500, "Failed to save attachment");
  }
  return failureOf(rejection, nowMs);
}
