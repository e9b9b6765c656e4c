/** A person as lists show one. */
import type { Role, RosterUser } from "@dragoman/bus-schema";
import { z } from "zod";

export const targetHelp = "a name, number, nickname or id";
export const reasonHelp = "kept in the audit log";
/** Sock Chat has no words for a reason. */
export const toldReasonHelp = "kept in the audit log, and told to the person on OriginChats";

export const personOutput = z.object({
  number: z.int(),
  name: z.string(),
  roles: z.array(z.string()),
  nickname: z.string().exactOptional(),
  demo: z.boolean(),
  banned: z.boolean(),
});
export type PersonOutput = z.infer<typeof personOutput>;

export function personOf(user: RosterUser, roles: ReadonlyMap<string, Role>): PersonOutput {
  const { number, name, nickname, demo, banned } = user;
  return {
    number,
    name,
    roles: user.roleIds.map((roleId) => roles.get(roleId)?.name ?? roleId),
    ...(nickname === undefined ? {} : { nickname }),
    demo,
    banned,
  };
}

export const rolesById = (roles: readonly Role[]): ReadonlyMap<string, Role> =>
  new Map(roles.map((role) => [role.roleId, role]));

/** One line, with tabs between. */
export function sayPerson({ number, name, roles, demo, banned }: PersonOutput): string {
  const marks = [...(demo ? ["demo"] : []), ...(banned ? ["banned"] : [])];
  return [number, name, roles.join(","), ...marks].join("\t");
}
