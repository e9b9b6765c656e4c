/** What a role is made of, as options, and how one is shown. */
import type { Role } from "@dragoman/bus-schema";
import { z } from "zod";

export const roleOutput = z.object({
  position: z.int().describe("0 is the highest"),
  name: z.string(),
  color: z.string().nullable(),
  permissions: z.array(z.string()),
  description: z.string().nullable(),
  hoisted: z.boolean(),
  selfAssignable: z.boolean(),
  category: z.string().nullable(),
});
export type RoleOutput = z.infer<typeof roleOutput>;

export const roleOptions = {
  color: { help: "such as #ff8800; none: no color of its own", value: "color" },
  permission: { help: "all of them (docs/permissions.md)", value: "name", many: true },
  description: { help: "what it is for", value: "text" },
  hoisted: { help: "shown in a list of its own", value: "yes or no", choices: ["yes", "no"] },
  selfAssignable: { help: "anybody may take it", value: "yes or no", choices: ["yes", "no"] },
  category: { help: "under which it is listed", value: "name" },
} as const;

type Typed = { readonly [K in keyof typeof roleOptions]: unknown };

/** What was typed of a role, and nothing else. */
export function typedFields(typed: Typed) {
  const { color, permission, description, hoisted, selfAssignable, category } = typed as {
    readonly [K in Exclude<keyof Typed, "permission">]: string | undefined;
  } & { readonly permission: readonly string[] };
  return {
    ...(color === undefined ? {} : { color: color === "none" ? null : color }),
    ...(permission.length === 0 ? {} : { permissions: [...permission] }),
    ...(description === undefined ? {} : { description }),
    ...(hoisted === undefined ? {} : { hoisted: hoisted === "yes" }),
    ...(selfAssignable === undefined ? {} : { selfAssignable: selfAssignable === "yes" }),
    ...(category === undefined ? {} : { category }),
  };
}

export function roleOf({ roleId: _, rank: __, ...role }: Role): RoleOutput {
  return { ...role, permissions: [...role.permissions] };
}

/** One line, with tabs between. */
export const sayRole = ({ position, name, color, permissions }: RoleOutput): string =>
  [position, name, color ?? "-", permissions.join(",")].join("\t");
