/** Accounts of a data folder (OriginChats part 3, section 16, `users.json`). */
import { type Identity, type Status, statusTextMax } from "@dragoman/bus-schema";
import type { Report } from "../report.ts";
import type { SourcePerson } from "../source.ts";
import { bannedRole } from "./community.ts";
import type { Timeouts } from "./timeout.ts";
import { type Fields, fieldsOf, isFields, textOf, textsOf } from "./value.ts";

const localPrefix = "USR:local_";
const statuses = new Set(["online", "idle", "dnd", "offline", "invisible"]);
/** The original makes them at 12: what would keep a machine busy for minutes is no hash of its. */
const hashForm = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;
const nicknameMax = 20;
const rolesMax = 90;

/** A name without what the original puts before those of its own accounts. */
export const bareName = (name: string): string =>
  name.startsWith(localPrefix) ? name.slice(localPrefix.length) : name;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly fields: Fields;
}

export function peopleOf(
  given: unknown,
  timeouts: Timeouts,
  report: Report,
): readonly SourcePerson[] {
  const entries = Object.entries(fieldsOf(given)).flatMap(([id, fields]): readonly Entry[] => {
    if (!isFields(fields) || textOf(id, 200) !== id) {
      report.leave("person", id, "is no account");
      return [];
    }
    const name = textOf(fields["username"], 200) ?? id;
    return [{ id, name: bareName(name), roles: textsOf(fields["roles"], 64), fields }];
  });
  return joined(entries, report).map((entry) => {
    const silencedUntilMs = timeouts.get(entry.id);
    const person = personOf(entry, report);
    return silencedUntilMs === undefined ? person : { ...person, silencedUntilMs };
  });
}

/** Accounts of before February 2026 are keyed by their names; whoever came back has two, and both are theirs. */
function joined(entries: readonly Entry[], report: Report): readonly Entry[] {
  const named = new Map(
    entries
      .filter(({ fields }) => fields["username"] !== undefined)
      .map((entry) => [entry.name.toLowerCase(), entry]),
  );
  const more = new Map<string, string[]>();
  const kept = entries.filter(({ id, name, roles, fields }) => {
    const other = named.get(name.toLowerCase());
    if (fields["username"] !== undefined || other === undefined || other.id === id) return true;
    more.set(other.id, [...(more.get(other.id) ?? []), ...roles]);
    report.say("person", id, `is ${other.id}, of the form before`);
    return false;
  });
  return kept.map((entry) => ({
    ...entry,
    roles: [...entry.roles, ...(more.get(entry.id) ?? [])],
  }));
}

function personOf({ id, name, roles, fields }: Entry, report: Report): SourcePerson {
  const hash = textOf(fields["password_hash"], 200);
  const isHash = hash !== undefined && hashForm.test(hash);
  if (hash !== undefined && !isHash) report.say("person", name, "has a password hash that is none");
  const nickname = textOf(fields["nickname"], nicknameMax * 2);
  const fits = nickname !== undefined && [...nickname].length <= nicknameMax;
  if (nickname !== undefined && !fits)
    report.say("person", name, "has a nickname that is too long");
  const picture = textOf(fields["pfp_url"], 501);
  const isPicture = picture !== undefined && picture.length <= 500 && /^https?:/i.test(picture);
  return {
    id,
    name,
    roles: [...new Set(roles.filter((role) => role !== bannedRole))].slice(0, rolesMax),
    ...(isHash ? { passwordHash: hash } : {}),
    ...(hash === undefined && !id.startsWith("USR:local_") && fields["username"] !== undefined
      ? { identities: [roturIdentity(id, name)] }
      : {}),
    ...(fits && nickname.toLowerCase() !== name.toLowerCase() ? { nickname } : {}),
    ...(isPicture ? { pictureUrl: picture } : {}),
    ...statusOf(fields["status"]),
    ...(roles[0] === bannedRole ? { banned: { reason: "", untilMs: null } } : {}),
  };
}

const roturIdentity = (id: string, name: string): Identity => ({
  provider: "rotur",
  id,
  name,
  color: null,
});

function statusOf(given: unknown): { readonly status?: Status } {
  const { status, text } = fieldsOf(given);
  if (typeof status !== "string" || !statuses.has(status)) return {};
  const words = textOf(text, statusTextMax) ?? "";
  return { status: { status: status as Status["status"], text: words } };
}
