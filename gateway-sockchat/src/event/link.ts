/** Identities bring a person's colour (bridge table, People: colour, linking). */

import { renderUserById } from "./person.ts";
import type { Rows } from "./row.ts";

export const linkRows: Rows<"link"> = {
  "link.joined": ({ userId }, _commit, view) => renderUserById(userId, view),
  "link.removed": ({ userId }, _commit, view) => renderUserById(userId, view),
};
