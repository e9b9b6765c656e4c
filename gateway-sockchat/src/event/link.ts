/** Identities bring a person's colour (bridge table, People: colour, linking). */

import { changed } from "./person.ts";
import type { Rows } from "./row.ts";

export const linkRows: Rows<"link"> = {
  "link.joined": ({ userId }, _commit, view) => changed(userId, view),
  "link.removed": ({ userId }, _commit, view) => changed(userId, view),
};
