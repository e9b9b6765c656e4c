/** The community itself: its first things, its description, and the leader's marks. */
import type { Channel, ChannelId, Server } from "@dragoman/bus-schema";
import { createdWithLine } from "./channel.ts";
import type { BodyOf, Decision, Description } from "./contract.ts";
import { freshRoles } from "./role.ts";
import { accept, type CommandRows, type CoreAsker, type EventRows, type Turn } from "./row.ts";

/** Roles, the channel `general`, the description (OriginChats part 1, 5.7 and 4.2). */
function seed(turn: Turn<CoreAsker>, body: BodyOf<"community.seed">): Decision {
  if (turn.state.server !== undefined) return accept();
  const channel = general(turn);
  return accept(...freshRoles(turn.context.newUuid), ...createdWithLine(turn, channel), {
    type: "server.updated",
    server: { ...body.server, defaultChannelId: channel.channelId },
  });
}

function general(turn: Turn): Channel {
  return {
    channelId: turn.context.newUuid() as ChannelId,
    kind: "text",
    name: "general",
    slug: "general",
    description: "General chat channel for everyone",
    permissions: {
      view: ["user"],
      send: ["user"],
      delete: ["admin", "moderator"],
      create_thread: ["user"],
    },
    minRank: 0,
    hasPassword: false,
    temporary: false,
  };
}

function describe(turn: Turn<CoreAsker>, body: BodyOf<"server.describe">): Decision {
  const known = turn.state.server;
  if (known === undefined || isSame(known, body.server)) return accept();
  const { name, ownerName, motd, postContentMax } = body.server;
  const server = { ...known, name, ownerName, motd, postContentMax };
  return accept({ type: "server.updated", server });
}

function isSame(known: Server, described: Description): boolean {
  return (
    known.name === described.name &&
    known.ownerName === described.ownerName &&
    known.motd === described.motd &&
    known.postContentMax === described.postContentMax
  );
}

export const serverCommands: CommandRows<"community" | "server"> = {
  "community.seed": { by: "core", decide: seed },
  "server.describe": { by: "core", decide: describe },
};

export const serverEvents: EventRows<"server" | "leader"> = {
  "server.updated": (state, { server }) => {
    state.server = server;
  },
  "leader.started": () => {},
};
