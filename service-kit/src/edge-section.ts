/** The section of the configuration that an edge owns. */
import type { z } from "zod";
import type { Config } from "./config.ts";

/** What every edge has in its section: what loops over all edges reads. */
export interface EdgeSettings {
  /** The port of the first transport. */
  readonly port: number;
  /** The public base that an operator named, such as `https://host`; absent or empty: none. */
  readonly url?: string;
}

/** The section as the schema of the configuration and the edge itself see it. */
export interface EdgeSection<
  Name extends string = string,
  Settings extends EdgeSettings = EdgeSettings,
  Limits = unknown,
> {
  /** The key of the section, which is the name of the protocol. */
  readonly name: Name;
  readonly shape: z.ZodRawShape;
  /** Keys of the edge in the section `limits`. */
  readonly limits: z.ZodRawShape;
  /** @throws Error where the configuration was read without this section, which is a fault of the program */
  of(config: Config): Settings;
  limitsOf(config: Config): Limits;
}

/** A section of these settings, with these keys in `limits` besides. */
export function edgeSection<
  Name extends string,
  Shape extends z.ZodRawShape,
  Limits extends z.ZodRawShape = Record<never, never>,
>(
  name: Name,
  shape: Shape & (z.infer<z.ZodObject<Shape>> extends EdgeSettings ? unknown : never),
  limits?: Limits,
): EdgeSection<Name, z.infer<z.ZodObject<Shape>> & EdgeSettings, z.infer<z.ZodObject<Limits>>> {
  type Settings = z.infer<z.ZodObject<Shape>> & EdgeSettings;
  type Own = z.infer<z.ZodObject<Limits>>;
  return {
    name,
    shape,
    limits: limits ?? {},
    of(config) {
      const settings = (config as Config & { readonly [key: string]: unknown })[name];
      if (settings === undefined) throw new Error(`the configuration was read without ${name}`);
      // What stands there came out of this very shape.
      return settings as Settings;
    },
    limitsOf: (config) => config.limits as Config["limits"] & Own,
  };
}
