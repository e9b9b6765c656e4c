/** What the community says of itself (part 3, section 5). */
import { serverFace } from "../file-view.ts";
import { type Rows, toEveryone } from "./row.ts";

export const serverRows: Rows<"server"> = {
  "server.updated": ({ server }, _commit, { roster }) => [
    toEveryone(() => ({ cmd: "server_update", ...serverFace(server, roster.fileBase) })),
  ],
};
