/** What the community says of itself (part 3, section 5). */
import { isPhaseNews, silent } from "@dragoman/gateway-kit";
import type { OriginchatsConnection } from "../client.ts";
import { serverFace } from "../file-view.ts";
import { leavingPacket, newsText } from "../leaving-text.ts";
import { section } from "../settings.ts";
import { type Rows, toEveryone } from "./row.ts";

export const serverRows: Rows<"server"> = {
  "server.signalled": silent("whom it concerns is told when the connection ends"),
  "server.updated": ({ server }, _commit, { roster }) => [
    toEveryone(() => ({ cmd: "server_update", ...serverFace(server, roster.fileBase) })),
  ],
  "server.phased": (event, _commit, view) => {
    const packet = leavingPacket(newsText(view));
    const personal = (client: OriginchatsConnection) => {
      if (!isPhaseNews(section.name, event, client, view)) return [];
      client.own.toldAtMs = view.steadyMs;
      return [packet];
    };
    return [{ audience: { to: "everyone" }, personal }];
  },
};
