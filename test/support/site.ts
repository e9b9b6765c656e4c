/**
 * A local stand-in for a site that Sock Chat people come from, in both forms (Sock Chat reference, 3.2 and 3.3).
 * It checks every signature as the real one does.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type HttpQuestion, type HttpStand, type Reaction, startHttp } from "./http.ts";

/** A person of the site; `token` is what it was given for the chat. */
interface SiteMember {
  readonly id: number;
  readonly name: string;
  readonly token: string;
  /** `#rrggbb` or `inherit`. */
  readonly color?: string;
  readonly rank?: number;
  /** Bits of part 6, for the signed form. */
  readonly perms?: number;
  /** The five parts after the rank, for the form of 2015. */
  readonly parts?: readonly string[];
  /** ISO 8601. */
  readonly silencedUntil?: string;
}

interface SiteBanRecord {
  readonly id: number;
  readonly ip: string;
  readonly expires: string;
  readonly username: string;
  readonly is_permanent?: boolean;
}

export interface SiteStand extends HttpStand {
  /** What `site.url` of the configuration is to be. */
  readonly base: string;
  /** By token. */
  readonly members: Map<string, SiteMember>;
  readonly bans: SiteBanRecord[];
  /** In place of an answer to the next questions at a path; undefined: as always. */
  fault(path: string, reaction: Reaction | undefined): void;
}

export const siteSecret = "a shared secret";

const json = (status: number, value: unknown): Reaction => ({
  status,
  body: JSON.stringify(value),
});

function isSigned(question: HttpQuestion, text: string): boolean {
  const given = Buffer.from(String(question.headers["x-sharpchat-signature"] ?? ""));
  const wanted = Buffer.from(createHmac("sha256", siteSecret).update(text).digest("hex"));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const colorOf = (color = "inherit"): number =>
  color === "inherit" ? 0x40000000 : Number.parseInt(color.slice(1), 16);

type Row = (question: HttpQuestion, stand: Pick<SiteStand, "members" | "bans">) => Reaction;

/** SharpChat's calls, by method and path. */
const signedRows: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "POST /_sockchat/verify",
    (question, { members }) => {
      const { user_id, token, ip } = JSON.parse(question.body) as Record<string, unknown>;
      if (!isSigned(question, `${user_id}#${token}#${ip}`)) {
        return json(200, { success: false, reason: "hash" });
      }
      const member = members.get(String(token));
      if (member === undefined || (user_id !== 0 && member.id !== user_id)) {
        return json(200, { success: false, reason: "token" });
      }
      return json(200, {
        success: true,
        user_id: member.id,
        username: member.name,
        colour_raw: colorOf(member.color),
        hierarchy: member.rank ?? 1,
        is_silenced: member.silencedUntil ?? "1970-01-01T00:00:00+00:00",
        perms: member.perms ?? 0,
      });
    },
  ],
  [
    "POST /_sockchat/bump",
    (question) => ({ status: isSigned(question, question.body) ? 200 : 403, body: "" }),
  ],
  [
    "GET /_sockchat/bans",
    (question, { bans }) => json(200, isSigned(question, "givemethebeans") ? bans : []),
  ],
  [
    "GET /_sockchat/bans/check",
    (question, { bans }) => {
      const { searchParams } = question.url;
      const [ip, id] = [searchParams.get("a") ?? "", searchParams.get("u") ?? ""];
      if (!isSigned(question, `check#${ip}#${id}`)) return json(403, []);
      return json(200, bans.find((ban) => String(ban.id) === id || ban.ip === ip) ?? []);
    },
  ],
  [
    "POST /_sockchat/bans/create",
    (question, { bans }) => {
      const form = new URLSearchParams(question.body);
      const [u, m, d, p, r] = ["u", "m", "d", "p", "r"].map((key) => form.get(key) ?? "");
      if (!isSigned(question, `create#${u}#${m}#${d}#${p}#${r}`)) return json(403, {});
      bans.push({
        id: Number(u),
        ip: "",
        expires: new Date(Date.now() + Number(d) * 1000).toISOString(),
        username: "",
        is_permanent: p === "1",
      });
      return json(201, {});
    },
  ],
  [
    "DELETE /_sockchat/bans/remove",
    (question, { bans }) => {
      const { searchParams } = question.url;
      const [type, subject] = [searchParams.get("t") ?? "", searchParams.get("s") ?? ""];
      if (!isSigned(question, `remove#${type}#${subject}`)) return json(403, {});
      const index = bans.findIndex(({ id }) => String(id) === subject);
      if (index < 0) return json(404, {});
      bans.splice(index, 1);
      return { status: 204, body: "" };
    },
  ],
]);

/** The original server's question: `view=auth` and all arguments. */
function answer2015({ url }: HttpQuestion, members: ReadonlyMap<string, SiteMember>): Reaction {
  const member = members.get(url.searchParams.get("arg2") ?? "");
  const first = url.searchParams.get("arg1") ?? "";
  const isOwn = member !== undefined && (first === String(member.id) || first === "Misuzu");
  if (url.searchParams.get("view") !== "auth" || !isOwn) return { status: 200, body: "no" };
  const { id, name, color = "inherit", rank = 1, parts = ["0", "0", "1", "1"] } = member;
  return {
    status: 200,
    body: `yes${id}\n${name}\n${color}\n${[rank, ...parts].join("\f")}`,
  };
}

export async function startSite(form: "sharpchat" | "2015"): Promise<SiteStand> {
  const members = new Map<string, SiteMember>();
  const bans: SiteBanRecord[] = [];
  const faults = new Map<string, Reaction>();
  const stand = await startHttp(`site of ${form}`, (question) => {
    const { pathname } = question.url;
    const fault = faults.get(pathname);
    if (fault !== undefined) return fault;
    if (form === "2015") return answer2015(question, members);
    const row = signedRows.get(`${question.method} ${pathname}`);
    return row?.(question, { members, bans }) ?? { status: 404, body: "" };
  });
  return {
    ...stand,
    base: form === "2015" ? `${stand.url}/` : `${stand.url}/_sockchat`,
    members,
    bans,
    fault(path, reaction) {
      if (reaction === undefined) faults.delete(path);
      else faults.set(path, reaction);
    },
  };
}
