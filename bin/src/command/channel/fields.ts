/** How a channel is shown, and what of it is an option. */
import {
  type Channel,
  type ChannelPermissions,
  type ChannelRight,
  channelRights,
  type Role,
} from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";

export const channelOutput = z.object({
  channelId: z.string(),
  kind: z.string(),
  name: z.string(),
  slug: z.string().describe("its name in Sock Chat"),
  description: z.string().exactOptional(),
  displayName: z.string().exactOptional(),
  permissions: z.record(z.string(), z.array(z.string())).describe("by right the names of roles"),
  minRank: z.int(),
  hasPassword: z.boolean(),
  temporary: z.boolean(),
});
export type ChannelOutput = z.infer<typeof channelOutput>;

export const channelHelp = "its name or id";

export const channelOptions = {
  description: { help: "shown with it", value: "text" },
  displayName: { help: "what it is shown as in OriginChats", value: "text" },
  allow: {
    help: "who has a right in it, as view=user or send=moderator,admin; all lists are replaced",
    value: "right=roles",
    many: true,
  },
  minRank: { help: "0 to 255: who ranks lower does not see it", value: "number" },
} as const;

const isRight = (typed: string): typed is ChannelRight =>
  (channelRights as readonly string[]).includes(typed);

/** The lists that were typed. @throws OperatorError where one is none */
export function permissionsFrom(typed: readonly string[]): ChannelPermissions {
  const lists = typed.map((each) => {
    const [right = "", roles] = each.split("=", 2);
    if (!isRight(right) || roles === undefined) {
      const text = `--allow ${each}: give a right and roles, as view=user; rights are ${channelRights.join(", ")}`;
      throw new OperatorError(text, exitCode.usage);
    }
    return [right, roles.split(",").filter((role) => role !== "")] as const;
  });
  return Object.fromEntries(lists);
}

/** @throws OperatorError where a list names a role that is none: nobody would have the right */
export function refuseUnknownRoles(
  permissions: ChannelPermissions,
  roles: readonly Pick<Role, "name">[],
): void {
  const known = new Set(roles.map(({ name }) => name));
  const unknown = Object.values(permissions)
    .flat()
    .find((name) => name !== undefined && !known.has(name));
  if (unknown === undefined) return;
  throw new OperatorError(
    `--allow: there is no role ${JSON.stringify(unknown)} (\`dragoman role list\`)`,
    exitCode.refused,
  );
}

export function channelOf(channel: Channel): ChannelOutput {
  const { channelId, kind, name, slug, description, displayName, minRank, hasPassword, temporary } =
    channel;
  return {
    channelId,
    kind,
    name,
    slug,
    ...(description === undefined ? {} : { description }),
    ...(displayName === undefined ? {} : { displayName }),
    permissions: { ...channel.permissions } as ChannelOutput["permissions"],
    minRank,
    hasPassword,
    temporary,
  };
}

/** One line, with tabs between. */
export function sayChannel({
  kind,
  name,
  slug,
  permissions,
  hasPassword,
  temporary,
}: ChannelOutput): string {
  const marks = [...(hasPassword ? ["password"] : []), ...(temporary ? ["temporary"] : [])];
  const lists = Object.entries(permissions).map(([right, roles]) => `${right}=${roles.join(",")}`);
  return [name, kind, slug, lists.join(" "), ...marks].join("\t");
}
