/** Commands that bots register: found when they are typed, answered by a notice (bridge table, slash command). */
import { silent } from "@dragoman/gateway-kit";
import { notice } from "../bot.ts";
import { noticePacket } from "../entry.ts";
import { answerText } from "../view.ts";
import { type Rows, to } from "./row.ts";

export const slashRows: Rows<"slash"> = {
  "slash.registered": silent("it is looked up when somebody types it"),
  "slash.removed": silent("it is looked up when somebody types it"),
  "slash.called": silent("the answer follows"),
  "slash.answered": ({ invokerId, message }, _commit, view) => {
    const userIds = new Set([invokerId]);
    if (message.author.kind === "user") userIds.add(message.author.userId);
    const body = notice("say", answerText(message, view));
    return [to({ to: "people", userIds: [...userIds] }, [noticePacket(body, view)])];
  },
};
