/** `GET /info` (part 3, section 14): what the stock client's discovery page shows. */
import type { Roster } from "@dragoman/gateway-kit";
import { serverFace } from "../file-view.ts";

/** `connected` counts sockets, signed in or not; whisper channels are nobody's business. */
export function serverInfo(roster: Roster, connected: number): object {
  let totalUsers = 0;
  let onlineUsers = 0;
  for (const user of roster.users) {
    if (user.departed) continue;
    totalUsers += 1;
    if (roster.isOnline(user.userId)) onlineUsers += 1;
  }
  const channels = [...roster.channels].filter((channel) => channel.kind !== "whisper");
  return {
    server: {
      ...serverFace(roster.server, roster.fileBase),
      owner: { name: roster.server.ownerName },
    },
    stats: {
      total_users: totalUsers,
      connected_users: connected,
      online_users: onlineUsers,
      total_channels: channels.length,
      total_roles: [...roster.roles].length,
    },
  };
}
