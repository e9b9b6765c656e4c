import { z } from "zod";
import { Role } from "../community.ts";
import { RoleId } from "../id.ts";

/** `roles` are all roles after the change, by position: what both gateways show and decide by. */
const change = { roleId: RoleId, roles: z.array(Role).max(500) };

export const roleEvents = {
  "role.created": z.object({ type: z.literal("role.created"), ...change }),
  /** `renamed`: channels list it by its new name from now on. */
  "role.updated": z.object({
    type: z.literal("role.updated"),
    ...change,
    renamed: z.object({ from: Role.shape.name, to: Role.shape.name }).exactOptional(),
  }),
  /** Nobody has it any more. `name` is the one that it had. */
  "role.deleted": z.object({
    type: z.literal("role.deleted"),
    ...change,
    name: Role.shape.name,
  }),
  /** The same ranks are handed out again in the new order. */
  "role.reordered": z.object({ type: z.literal("role.reordered"), roles: change.roles }),
} as const;
