/** One schema of many shapes that are told apart by their `type`. */
import { z } from "zod";

type Shape = z.ZodObject<{ readonly type: z.ZodLiteral<string> }>;

/**
 * Of a table of shapes by type, the schema of any one of them. What zod infers for a list of some eighty shapes is
 * not theirs but the union of their fields, so that it is claimed here, once for all.
 */
export function anyOf<S extends { readonly [type: string]: Shape }>(
  shapes: S,
): z.ZodType<{ [T in keyof S]: z.infer<S[T]> }[keyof S]> {
  const [first, ...rest] = Object.values(shapes);
  if (first === undefined) return z.never();
  const any: z.ZodType<unknown> = z.discriminatedUnion("type", [first, ...rest]);
  return any as z.ZodType<{ [T in keyof S]: z.infer<S[T]> }[keyof S]>;
}
