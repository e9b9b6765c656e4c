/** `GET /info` (part 3, section 14): what the stock client's discovery page shows. */
import { sees, type UserId } from "@dragoman/bus-schema";
import type { Roster } from "@dragoman/gateway-kit";
import { serverFace } from "../file-view.ts";

/** What everybody has (part 1, 5.1). */
const memberRole = "user";

/** The channels that a newcomer sees: whoever asks here is nobody. */
function openChannels(roster: Roster): number {
  const member = [...roster.roles].filter(({ name }) => name === memberRole);
  const newcomer = { userId: "" as UserId, roles: member };
  return [...roster.channels].filter((channel) => sees(channel, newcomer)).length;
}

/** `connected` counts sockets, signed in or not. */
export function serverInfo(roster: Roster, connected: number): object {
  return {
    server: {
      ...serverFace(roster.server, roster.fileBase),
      owner: { name: roster.server.ownerName },
    },
    stats: {
      total_users: roster.members,
      connected_users: connected,
      online_users: roster.usersOnline.filter(({ departed }) => !departed).length,
      total_channels: openChannels(roster),
      total_roles: [...roster.roles].length,
    },
  };
}
