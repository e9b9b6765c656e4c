/**
 * Statuses (part 3, section 4). Who is invisible or `offline` is shown to nobody: others see a person go and come,
 * the person's own connections are told what it is (bridge table, invisible).
 */
import { statusGet, statusSet, userConnect } from "../packet.ts";
import { hides } from "../view.ts";
import { type Rows, toEveryone, toPeople } from "./row.ts";

export const statusRows: Rows<"status"> = {
  "status.changed": ({ userId, status, before }, _commit, { roster }) => {
    const user = roster.user(userId);
    if (user === undefined || !roster.isOnline(userId)) return [];
    // Only whether it ends by itself is another: that is shown to nobody.
    if (status.status === before.status && status.text === before.text) return [];
    const gone = toEveryone(() => ({ cmd: "user_disconnect", username: user.name }));
    const come = toEveryone(() => userConnect(user, roster));
    if (!hides(status)) {
      const told = toEveryone(() => statusGet(user.name, status));
      return hides(before) ? [come, told] : [told];
    }
    const own = toPeople([userId], () =>
      status.status === "invisible" ? statusSet(status) : statusGet(user.name, status),
    );
    return hides(before) ? [own] : [gone, own];
  },
};
