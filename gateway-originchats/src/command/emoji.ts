/** The community's own emoji (part 3, section 8). */
import { clipped, Emoji, EmojiId, type StoredFile } from "@dragoman/bus-schema";
import type { FileFacts, Step } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, echo, fail, reply } from "../answer.ts";
import { readDataUri } from "../data-uri.ts";
import { emojiAdd, emojiDelete, emojiFileName, emojiUpdate } from "../packet-emoji.ts";
import { plainStep } from "../plain-list.ts";
import { refuse } from "../rejection.ts";
import { type CommandRows, lacks, noFields, row } from "./row.ts";

const Shape = z.object({
  name: z.unknown().exactOptional(),
  image: z.unknown().exactOptional(),
  emoji_id: z.unknown().exactOptional(),
});
type Packet = z.infer<typeof Shape>;

const needsRight = "Access denied: 'manage_server' permission required";
const notAdded = "Error adding emoji";

const faultOf = (ask: Ask, field: string, reason: string): readonly Step[] => {
  const name = ask.cmd.charAt(0).toUpperCase() + ask.cmd.slice(1);
  const head = `Invalid ${ask.cmd} command scheme: 1 validation error for ${name}`;
  return fail(ask, `${head}\n${field}\n  ${reason}`);
};

type Read<T> = { readonly value: T } | { readonly steps: readonly Step[] };

function readName(packet: Packet, ask: Ask): Read<string> {
  const { name } = packet;
  if (name === undefined) return { steps: faultOf(ask, "name", "Field required") };
  if (typeof name === "string") return { value: clipped(name.trim(), 200) };
  return { steps: faultOf(ask, "name", "Input should be a valid string") };
}

function readImage(packet: Packet, ask: Ask): Read<Uint8Array> {
  const { image } = packet;
  if (image === undefined) return { steps: faultOf(ask, "image", "Field required") };
  if (typeof image !== "string") {
    return { steps: faultOf(ask, "image", "Input should be a valid string") };
  }
  const read = readDataUri(image);
  if (read.ok) return { value: read.bytes };
  const reason = read.fault === "uri" ? "Invalid image data URI" : "Invalid base64 image data";
  return { steps: faultOf(ask, "image", `Value error, ${reason}`) };
}

/** A number, or a text that is one. */
function readId(packet: Packet, ask: Ask): Read<number> {
  const { emoji_id: id } = packet;
  if (id === undefined) return { steps: faultOf(ask, "emoji_id", "Field required") };
  const number = typeof id === "string" && /^\s*-?\d{1,15}\s*$/.test(id) ? Number(id) : id;
  if (typeof number === "number" && Number.isSafeInteger(number)) return { value: number };
  const reason =
    typeof id === "string"
      ? "Input should be a valid integer, unable to parse string as an integer"
      : "Input should be a valid integer";
  return { steps: faultOf(ask, "emoji_id", reason) };
}

/** Extensions as the settings name them, to what pictures are. */
const mimes = new Map([
  ["gif", "image/gif"],
  ["jpg", "image/jpeg"],
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
]);

/** What the picture is counts, not what it is called. */
function isFit(facts: FileFacts, ask: Ask): boolean {
  const { types, bytesMax } = ask.view.config.emojis;
  const allowed = types.map((type) => mimes.get(type.toLowerCase()));
  return facts.size <= bytesMax && facts.width !== undefined && allowed.includes(facts.mime);
}

/** Before anything is stored: core says the same of the name. */
function isFree(name: string, ask: Ask, ownId?: string): boolean {
  if (!Emoji.shape.name.safeParse(name).success) return false;
  const taken = ask.view.roster.emojiByName(name);
  return taken === undefined || taken.emojiId === ownId;
}

function add(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const name = readName(packet, ask);
  if ("steps" in name) return name.steps;
  const image = readImage(packet, ask);
  if ("steps" in image) return image.steps;
  if (!isFree(name.value, ask)) return fail(ask, notAdded);
  return [
    {
      do: "store",
      bytes: image.value,
      judge: (facts) => (isFit(facts, ask) ? undefined : fail(ask, notAdded)),
      done: (file) => [addStored(name.value, file, ask)],
      refuse: refuse(ask),
    },
  ];
}

function addStored(name: string, file: StoredFile, ask: Ask): Step {
  return {
    do: "command",
    body: { type: "emoji.add", name, file },
    settle: echo(ask, "emoji_add", (commit) => {
      const event = commit.events.find((each) => each.type === "emoji.added");
      return event && emojiAdd(event.emoji);
    }),
    refuse: refuse(ask, {
      invalid: () => notAdded,
      already_exists: () => notAdded,
      too_long: () => notAdded,
    }),
  };
}

function update(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const id = readId(packet, ask);
  if ("steps" in id) return id.steps;
  const renamed = packet.name !== undefined && packet.name !== null;
  const redrawn = packet.image !== undefined && packet.image !== null;
  const name = renamed ? readName(packet, ask) : { value: undefined };
  if ("steps" in name) return name.steps;
  const image = redrawn ? readImage(packet, ask) : { value: undefined };
  if ("steps" in image) return image.steps;
  if (!renamed && !redrawn) {
    return fail(ask, "At least one field to update is required (name or image)");
  }
  const unchanged = [reply(ask, { cmd: "emoji_update", id: id.value, updated: false })];
  const emoji = ask.view.roster.emoji(String(id.value));
  if (emoji === undefined) return unchanged;
  if (name.value !== undefined && !isFree(name.value, ask, emoji.emojiId)) return unchanged;
  if (image.value === undefined) return [updateTo(emoji, name.value, undefined, ask)];
  return [
    {
      do: "store",
      bytes: image.value,
      judge: (facts) => (isFit(facts, ask) ? undefined : unchanged),
      done: (file) => [updateTo(emoji, name.value, file, ask)],
      refuse: refuse(ask),
    },
  ];
}

function updateTo(
  { emojiId }: Emoji,
  name: string | undefined,
  file: StoredFile | undefined,
  ask: Ask,
): Step {
  return {
    do: "command",
    body: {
      type: "emoji.update",
      emojiId,
      ...(name === undefined ? {} : { name }),
      ...(file === undefined ? {} : { file }),
    },
    settle: echo(ask, "emoji_update", (commit) => {
      const event = commit.events.find((each) => each.type === "emoji.updated");
      return event && emojiUpdate(event.emoji);
    }),
    refuse: (rejection, view) =>
      failures.has(rejection.code)
        ? [reply(ask, { cmd: "emoji_update", id: Number(emojiId), updated: false })]
        : refuse(ask)(rejection, view),
  };
}

/** Refusals that the original tells by a false flag. */
const failures: ReadonlySet<string> = new Set([
  "invalid",
  "already_exists",
  "too_long",
  "not_found",
]);

function remove(packet: Packet, ask: Ask): readonly Step[] {
  if (lacks(ask, "manageServer")) return fail(ask, needsRight);
  const id = readId(packet, ask);
  if ("steps" in id) return id.steps;
  const emojiId = EmojiId.safeParse(String(id.value));
  const nothing = [reply(ask, { cmd: "emoji_delete", id: id.value, deleted: false })];
  if (!emojiId.success) return nothing;
  return [
    {
      do: "command",
      body: { type: "emoji.delete", emojiId: emojiId.data },
      settle: echo(ask, "emoji_delete", () => emojiDelete({ emojiId: emojiId.data })),
      refuse: (rejection, view) =>
        rejection.code === "not_found" ? nothing : refuse(ask)(rejection, view),
    },
  ];
}

const answerByName =
  (show: (emoji: Emoji, asked: string) => object) =>
  (packet: Packet, ask: Ask): readonly Step[] => {
    const name = readName(packet, ask);
    if ("steps" in name) return name.steps;
    const emoji = ask.view.roster.emojiByName(name.value);
    if (emoji === undefined) return fail(ask, "Emoji not found");
    return [reply(ask, { cmd: ask.cmd, name: name.value, ...show(emoji, name.value) })];
  };

export const emojiCommands = {
  emoji_get_all: row({
    shape: noFields,
    translate: (_, ask) => [plainStep("emojis", ask.listener)],
  }),
  emoji_list: row({
    shape: noFields,
    translate: (_, ask) => [plainStep("newerEmojis", ask.listener)],
  }),
  emoji_get_id: row({ shape: Shape, translate: answerByName(({ emojiId }) => ({ id: emojiId })) }),
  emoji_get_filename: row({
    shape: Shape,
    translate: answerByName((emoji) => ({ filepath: emojiFileName(emoji) })),
  }),
  emoji_add: row({ shape: Shape, translate: add }),
  emoji_update: row({ shape: Shape, translate: update }),
  emoji_delete: row({ shape: Shape, translate: remove }),
} as const satisfies CommandRows;
