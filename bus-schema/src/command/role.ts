/** Commands about roles. `role` and `roles` are role ids, or names as they are written. */
import { z } from "zod";
import { Color } from "../color.ts";
import { Role } from "../community.ts";

const color = Color.nullable();
const role = z.string().min(1).max(100);
const { name, description, hoisted, permissions, selfAssignable, category } = Role.shape;

export const roleCommands = {
  /** It is listed last. */
  "role.create": z.object({
    type: z.literal("role.create"),
    name,
    description,
    color,
    hoisted,
    permissions,
    selfAssignable,
    category,
  }),
  /** What is absent stays. A new name follows into the lists of channels. */
  "role.update": z.object({
    type: z.literal("role.update"),
    role,
    name: name.exactOptional(),
    description: description.exactOptional(),
    color: color.exactOptional(),
    hoisted: hoisted.exactOptional(),
    permissions: permissions.exactOptional(),
    selfAssignable: selfAssignable.exactOptional(),
    category: category.exactOptional(),
  }),
  "role.delete": z.object({ type: z.literal("role.delete"), role }),
  /** The highest first. Those that are not named follow in the order that they have. */
  "role.reorder": z.object({
    type: z.literal("role.reorder"),
    roles: z.array(role).min(1).max(500),
  }),
  /** Gives oneself a role that everybody may have. */
  "role.take": z.object({ type: z.literal("role.take"), role }),
  "role.drop": z.object({ type: z.literal("role.drop"), role }),
} as const;
