/** Accounts of a data folder that is written (OriginChats part 3, section 16, `users.json`). */
import type { Report } from "../report.ts";
import type { SourcePerson } from "../source.ts";
import { bannedRole } from "./community.ts";
import type { Account } from "./write-names.ts";

/** The one kind of hash that the original can check. */
const bcrypt = /^\$2[aby]\$/;

export function accountFields(
  person: SourcePerson,
  { username, isRotur }: Account,
  report: Report,
): object {
  const { name, roles, nickname, pictureUrl, status, banned, passwordHash, color } = person;
  const isReadable = passwordHash !== undefined && bcrypt.test(passwordHash);
  report.count("person", "read");
  report.count("person", "brought");
  if (isRotur && passwordHash !== undefined)
    report.say("person", name, "has a password too: there Rotur alone lets in");
  if (!isRotur && !isReadable) report.say("person", name, whyOutside(person));
  if (color !== undefined) report.say("person", name, "has a colour that is not of a role");
  if (banned !== undefined && banned.untilMs !== null)
    report.say("person", name, "is banned for a time: there for ever");
  const held = roles.filter((role) => role !== bannedRole);
  return {
    username,
    ...(nickname !== undefined ? { nickname } : isRotur ? {} : { nickname: name }),
    ...(isReadable && !isRotur ? { password_hash: passwordHash } : {}),
    roles: banned === undefined ? held : [bannedRole, ...held],
    status: status ?? { status: "online", text: "" },
    pfp_url: pictureUrl ?? null,
  };
}

/** Why somebody cannot come in there. */
function whyOutside({ passwordHash, identities = [] }: SourcePerson): string {
  if (passwordHash !== undefined)
    return "has a password in a form that the original cannot check: it comes in once it has another";
  if (identities.length > 0)
    return "comes in here by a site or as a guest, and there once it has a password";
  return "has no password";
}
