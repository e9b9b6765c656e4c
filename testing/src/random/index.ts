/** Every random command that somebody with a session may give, by the name of its maker. */
import { filed } from "./files.ts";
import type { Makers } from "./make.ts";
import { asked, profile } from "./people.ts";
import { gathered } from "./slash.ts";

export const makers = { ...asked, ...profile, ...filed, ...gathered } satisfies Makers;
