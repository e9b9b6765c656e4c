/** Embeds as clients send them: checked by part 2, section 15, and kept as given but for nulls. */
import { codePoints, type Embed, isLonger } from "@dragoman/bus-schema";
import { z } from "zod";
import { depthOf, isTruthy } from "./wire.ts";

/** Encoded length of all embeds of a message. Keeps a message's event within what the journal carries. */
const embedsLengthMax = 32 * 1024;
const nestingMax = 12;
const sumMax = 6_000;

const text = (max: number) =>
  z.string().refine((value) => !isLonger(value, max), {
    error: `must have at most ${max} characters`,
  });
const integer = z.union([z.int(), z.string().regex(/^\s*[+-]?\d+\s*$/), z.boolean()], {
  error: "must be an integer",
});
const flag = z.union([z.boolean(), z.literal(0), z.literal(1), z.enum(["true", "false"])], {
  error: "must be a boolean",
});
const optional = <S extends z.ZodType>(shape: S) => shape.nullable().exactOptional();

const Image = z.object({
  url: z.string(),
  width: optional(integer),
  height: optional(integer),
});
const Poll = z.object({
  question: text(300),
  options: z
    .array(
      z.object({
        id: text(50).refine((id) => id !== "", { error: "must not be empty" }),
        text: text(100),
        emoji: optional(z.string()),
      }),
    )
    .min(2)
    .max(10),
  allow_multiselect: flag.exactOptional(),
  expires_at: optional(z.number()),
});
const EmbedShape = z.object({
  type: z.enum(["rich", "poll", "link", "image", "video", "article"]).exactOptional(),
  title: optional(text(256)),
  description: optional(text(4096)),
  url: optional(z.string()),
  color: optional(
    integer.refine((value) => Number(value) >= 0 && Number(value) <= 0xffffff, {
      error: "must be between 0 and 16777215",
    }),
  ),
  timestamp: optional(z.string()),
  author: optional(
    z.object({
      name: text(256),
      url: optional(z.string()),
      icon_url: optional(z.string()),
    }),
  ),
  footer: optional(z.object({ text: text(2048), icon_url: optional(z.string()) })),
  image: optional(Image),
  thumbnail: optional(Image),
  fields: optional(
    z.array(z.object({ name: text(256), value: text(1024), inline: flag.exactOptional() })).max(25),
  ),
  poll: optional(Poll),
});
type EmbedShape = z.infer<typeof EmbedShape>;

/** The embeds of a request, undefined where it gives none, or the error's text. */
export type Embeds =
  | { readonly ok: true; readonly embeds: Embed[] | undefined }
  | { readonly ok: false; readonly error: string };

/** Checks the `embeds` field. An empty list counts as given: an edit clears by it. */
export function readEmbeds(given: unknown): Embeds {
  if (!isTruthy(given)) return { ok: true, embeds: Array.isArray(given) ? [] : undefined };
  if (!Array.isArray(given)) return { ok: false, error: "Embeds must be an array" };
  if (given.length > 10) return { ok: false, error: "Cannot have more than 10 embeds" };
  if (depthOf(given, nestingMax) >= nestingMax) {
    return { ok: false, error: "Embed 0: 1 validation error for Embed: nested too deeply" };
  }
  for (const [index, embed] of given.entries()) {
    const error = faultOf(embed);
    if (error !== undefined) return { ok: false, error: `Embed ${index}: ${error}` };
  }
  if (JSON.stringify(given).length > embedsLengthMax) {
    return {
      ok: false,
      error: `Embeds are too large. Maximum size is ${embedsLengthMax} characters`,
    };
  }
  return { ok: true, embeds: given.map((embed) => withoutNulls(embed) as Embed) };
}

function faultOf(embed: unknown): string | undefined {
  const parsed = EmbedShape.safeParse(embed);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join(".") ?? "";
    const reason = issue?.message ?? "is invalid";
    return `1 validation error for Embed: ${path === "" ? "" : `${path}: `}${reason}`;
  }
  const value = parsed.data;
  if (value.type === "poll" && !value.poll) return "Poll embeds must have 'poll' data";
  if (value.type === "link" && !value.url) return "Link embeds must have 'url'";
  if (value.type === "image" && !value.image) return "Image embeds must have 'image'";
  if (sumOf(value) > sumMax) return `Embed total characters cannot exceed ${sumMax}`;
  // A picture of a poll would be no poll, and voting on it would fail (part 2, section 15).
  if (value.type === "poll") return "Poll embeds must be made by poll_create";
  return undefined;
}

function sumOf(embed: EmbedShape): number {
  const texts = [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    embed.poll?.question,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    ...(embed.poll?.options ?? []).map((option) => option.text),
  ];
  return texts.reduce((sum, part) => sum + codePoints(part ?? ""), 0);
}

/** The stock client throws on a null colour; and `__proto__` is no field. Depth is bounded before. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== null).map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => entry !== null && key !== "__proto__")
      .map(([key, entry]) => [key, withoutNulls(entry)]),
  );
}
