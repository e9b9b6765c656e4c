/** Identities bring a person's colour (bridge table, People: colour, linking). */

import type { Rows } from "./row.ts";
import { changed } from "./user.ts";

export const linkRows: Rows<"link"> = {
  "link.joined": ({ userId }, _commit, view) => changed(userId, view),
  "link.removed": ({ userId }, _commit, view) => changed(userId, view),
};
