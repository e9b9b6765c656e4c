/**
 * What is said to a site and what its answers mean (Sock Chat reference, 3.2 and 3.3), in both forms. Pure but
 * for the signature.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { jsonOf, type Question, urlBelow } from "./outside.ts";

/** A person as the site describes one. `withheld`: rights that the site says the person has not. */
export interface SitePerson {
  readonly id: number;
  readonly name: string;
  /** `#rrggbb`, or null for none of one's own. */
  readonly color: string | null;
  readonly rank: number;
  readonly withheld: readonly SiteRight[];
  /** Epoch ms; null: may speak. */
  readonly silencedUntilMs: number | null;
}

/** The rights that are compared with a role's before the role is given. */
const siteRights = ["kick", "ban", "silence", "manageChannels"] as const;
type SiteRight = (typeof siteRights)[number];

/** A ban that the site keeps. `untilMs` null: for ever. */
export interface SiteBan {
  readonly id: number | null;
  readonly ip: string;
  readonly untilMs: number | null;
}

// ---- the form of 2015 (3.2) ---------------------------------------------------------------------------

/** `GET <root>/?view=auth&arg1=…`: one argument for each field of packet 1. */
export function authQuestion(root: string, fields: readonly string[]): Question {
  const url = new URL(root);
  url.searchParams.set("view", "auth");
  fields.forEach((field, index) => {
    url.searchParams.set(`arg${index + 1}`, field);
  });
  return { method: "GET", url };
}

/** `yes<id>\n<name>\n<colour>\n<rank>\f<mod>\f<logs>\f<nick>\f<create>…`; anything else is a refusal. */
export function readAuthAnswer(body: string): SitePerson | null {
  if (!body.startsWith("yes")) return null;
  const [id = "", name = "", color = "", perms = ""] = body.slice(3).split("\n");
  const number = readId(id.trim());
  if (number === null || name.trim() === "") return null;
  const [rank = "", moderates = "", , , creates = ""] = perms.split("\f");
  const mayModerate = moderates.trim() === "1";
  return {
    id: number,
    name,
    color: readColor(color.trim()),
    rank: readRank(Number(rank)),
    withheld: siteRights.filter((right) =>
      right === "manageChannels" ? creates.trim() !== "2" : !mayModerate,
    ),
    silencedUntilMs: null,
  };
}

/** A positive whole number in decimal, or null. */
export function readId(text: string): number | null {
  const number = /^[0-9]{1,16}$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(number) && number >= 1 ? number : null;
}

function readRank(rank: number): number {
  return Number.isFinite(rank) ? Math.min(255, Math.max(0, Math.floor(rank))) : 0;
}

/** Only what is safe in a style attribute, in lower case. */
function readColor(color: string): string | null {
  return /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : null;
}

// ---- SharpChat's form (3.3) ---------------------------------------------------------------------------

/** Where the site is and with which key it is spoken to. */
export interface SiteAddress {
  /** The base of Sock Chat reference, 3.3. */
  readonly url: string;
  readonly secret: string;
}

function signed(
  address: SiteAddress,
  method: Question["method"],
  path: string,
  text: string,
  more: { readonly body?: string; readonly contentType?: string } = {},
): Question {
  return {
    method,
    url: urlBelow(address.url, path),
    headers: {
      "User-Agent": "SharpChat",
      "X-SharpChat-Signature": createHmac("sha256", address.secret).update(text).digest("hex"),
      ...(more.contentType === undefined ? {} : { "Content-Type": more.contentType }),
    },
    ...(more.body === undefined ? {} : { body: new Uint8Array(Buffer.from(more.body)) }),
  };
}

export function verifyQuestion(
  address: SiteAddress,
  { id, token, ip }: { readonly id: number; readonly token: string; readonly ip: string },
): Question {
  const body = JSON.stringify({ user_id: id, token, ip });
  return signed(address, "POST", "/verify", `${id}#${token}#${ip}`, { body });
}

export interface Bumped {
  readonly id: number;
  readonly ip: string;
}

export function bumpQuestion(address: SiteAddress, present: readonly Bumped[]): Question {
  const body = JSON.stringify(present.map(({ id, ip }) => ({ id, ip })));
  return signed(address, "POST", "/bump", body, { body });
}

export function bansQuestion(address: SiteAddress): Question {
  return signed(address, "GET", "/bans", "givemethebeans");
}

export function banCheckQuestion(address: SiteAddress, { id, ip }: Bumped): Question {
  const query = new URLSearchParams({ a: ip, u: String(id) });
  return signed(address, "GET", `/bans/check?${query}`, `check#${ip}#${id}`);
}

/** `seconds` null: for ever. */
export function banQuestion(
  address: SiteAddress,
  ban: {
    readonly id: number;
    readonly moderatorId: number;
    readonly seconds: number | null;
    readonly reason: string;
  },
): Question {
  const seconds = String(ban.seconds ?? -1);
  const permanent = ban.seconds === null ? "1" : "0";
  const { id, moderatorId, reason } = ban;
  const form = new URLSearchParams({
    u: String(id),
    m: String(moderatorId),
    d: seconds,
    p: permanent,
    r: reason,
  });
  return signed(
    address,
    "POST",
    "/bans/create",
    `create#${id}#${moderatorId}#${seconds}#${permanent}#${reason}`,
    { body: form.toString(), contentType: "application/x-www-form-urlencoded" },
  );
}

export function unbanQuestion(address: SiteAddress, id: number): Question {
  const query = new URLSearchParams({ t: "user", s: String(id) });
  return signed(address, "DELETE", `/bans/remove?${query}`, `remove#user#${id}`);
}

const Verified = z.object({
  success: z.literal(true),
  user_id: z.int().min(1),
  username: z.string().min(1),
  colour_raw: z.int().optional(),
  hierarchy: z.number().optional(),
  is_silenced: z.string().nullish(),
  perms: z.int().optional(),
});

const inherits = 0x40000000;
/** The bits of part 6 that a right needs: one of them suffices to have it. */
const bits: { readonly [R in SiteRight]: number } = {
  kick: 0x1,
  ban: 0x2,
  silence: 0x4,
  manageChannels: 0x80,
};

export function readVerified(body: string, nowMs: number): SitePerson | null {
  const parsed = Verified.safeParse(jsonOf(body));
  if (!parsed.success) return null;
  const { user_id, username, colour_raw = inherits, hierarchy = 0, perms = 0 } = parsed.data;
  const silencedMs = Date.parse(parsed.data.is_silenced ?? "");
  return {
    id: user_id,
    name: username,
    color:
      (colour_raw & inherits) !== 0
        ? null
        : `#${(colour_raw & 0xffffff).toString(16).padStart(6, "0")}`,
    rank: readRank(hierarchy),
    withheld: siteRights.filter((right) => (perms & bits[right]) === 0),
    silencedUntilMs: silencedMs > nowMs ? silencedMs : null,
  };
}

/** Why a site refused, for the log. */
export function reasonIn(body: string): string {
  const parsed = z.object({ reason: z.string().max(64) }).safeParse(jsonOf(body));
  return parsed.success ? parsed.data.reason : "none";
}

const BanRecord = z.object({
  id: z.union([z.int(), z.string()]).nullish(),
  ip: z.string().nullish(),
  expires: z.string(),
  is_permanent: z.boolean().nullish(),
});

/** SharpChat writes "for ever" as the last year that its clock knows. */
const foreverMs = Date.UTC(9000, 0);

function banOf(value: unknown, nowMs: number): SiteBan | null {
  const parsed = BanRecord.safeParse(value);
  if (!parsed.success) return null;
  const { id, ip, expires, is_permanent } = parsed.data;
  const endsMs = Date.parse(expires);
  const isPermanent = is_permanent === true || endsMs >= foreverMs;
  // An end that cannot be read is none that has passed.
  if (!isPermanent && endsMs <= nowMs) return null;
  return {
    id: readId(String(id ?? "")),
    ip: ip ?? "",
    untilMs: isPermanent || Number.isNaN(endsMs) ? null : endsMs,
  };
}

/** The ban in the answer to a check, if one runs; `[]`, `null` and `{}` are none. */
export function readBanCheck(body: string, nowMs: number): SiteBan | null {
  const value = jsonOf(body);
  return banOf(Array.isArray(value) ? value[0] : value, nowMs);
}

/** The running bans of a list; null: it is no list. */
export function readBans(body: string, nowMs: number): readonly SiteBan[] | null {
  const value = jsonOf(body);
  if (!Array.isArray(value)) return null;
  return value.flatMap((entry) => banOf(entry, nowMs) ?? []);
}
