/** What the community says of itself (part 3, section 5). */
import { type Rows, toEveryone } from "./row.ts";

export const serverRows: Rows<"server"> = {
  "server.updated": ({ server }) => [
    toEveryone(() => ({ cmd: "server_update", name: server.name, icon: "", banner: "" })),
  ],
};
