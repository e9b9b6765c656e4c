import { isPhaseNews, silent } from "@dragoman/gateway-kit";
import { textNotice } from "../bot.ts";
import type { Connection } from "../client.ts";
import { noticePacket } from "../entry.ts";
import { newsText } from "../leaving.ts";
import { section } from "../settings.ts";
import type { Rows } from "./row.ts";

export const serverRows: Rows<"server"> = {
  "server.signalled": silent("whom it concerns is told when the connection ends"),
  "server.updated": silent("no packet describes the server; the next sign-in shows it"),
  "server.phased": (event, _commit, view) => {
    const packet = noticePacket(textNotice(newsText(view)), view);
    const personal = (client: Connection) => {
      if (!isPhaseNews(section.name, event, client, view)) return [];
      client.own.toldAtMs = view.steadyMs;
      return [packet];
    };
    return [{ audience: { to: "everyone" }, personal }];
  },
};
