import { z } from "zod";
import { Role } from "../community.ts";
import { RoleId } from "../id.ts";

export const roleEvents = {
  /** `roles` are all roles after the change, by position: what both gateways show and decide by. */
  "role.created": z.object({
    type: z.literal("role.created"),
    roleId: RoleId,
    roles: z.array(Role).max(500),
  }),
} as const;
