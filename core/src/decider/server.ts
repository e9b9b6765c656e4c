/** The community itself: its first things, its description, and the leader's marks. */
import {
  type Channel,
  type ChannelId,
  type CommandOf,
  ignored,
  type Server,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { roleByName } from "../state/find.ts";
import { createdEvents } from "./channel.ts";
import type { BodyOf, Decision } from "./contract.ts";
import { freshRoles } from "./fresh-role.ts";
import {
  accept,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  type MemberContext,
  refuse,
} from "./row.ts";

/** Decides `community.seed`: roles, the channel `general`, the description (OriginChats part 1, 5.7 and 4.2). */
function seed(context: DecisionContext<CoreAsker>, body: BodyOf<"community.seed">): Decision {
  if (context.state.server !== undefined) return accept();
  const channel = general(context);
  const { name, ownerName, motd } = body.server;
  return accept(...freshRoles(context.inputs.newUuid), ...createdEvents(context, channel), {
    type: "server.updated",
    server: { ...body.server, defaultChannelId: channel.channelId },
    described: { name, ownerName, motd },
  });
}

function general(context: DecisionContext): Channel {
  return {
    channelId: context.inputs.newUuid() as ChannelId,
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

function describe(context: DecisionContext<CoreAsker>, body: BodyOf<"server.describe">): Decision {
  const known = context.state.server;
  if (known === undefined) return accept();
  const before = context.state.described ?? known;
  const { postContentMax, ...described } = body.server;
  const changed = changesOf(before, described);
  const same = Object.keys(changed).length === 0 && known.postContentMax === postContentMax;
  if (same) return accept();
  const server = { ...known, ...changed, postContentMax };
  return accept({ type: "server.updated", server, described });
}

type Described = Pick<Server, "name" | "ownerName" | "motd">;

/** The fields that the configuration says otherwise than before; what people have changed since stays. */
function changesOf(before: Described, now: Described): Partial<Described> {
  return {
    ...(now.name === before.name ? {} : { name: now.name }),
    ...(now.ownerName === before.ownerName ? {} : { ownerName: now.ownerName }),
    ...(now.motd === before.motd ? {} : { motd: now.motd }),
  };
}

function update(context: MemberContext, body: CommandOf<"server.update">): Decision {
  const known = context.state.server;
  if (known === undefined) return refuse({ code: "busy", waitMs: 1_000 });
  const { name, motd, defaultChannelId, icon, banner } = body;
  if (defaultChannelId !== undefined && !isForAll(context, defaultChannelId)) {
    return refuse({ code: "protected", what: "default channel" });
  }
  const { icon: iconBefore, banner: bannerBefore, ...rest } = known;
  const shownIcon = icon === undefined ? iconBefore : icon;
  const shownBanner = banner === undefined ? bannerBefore : banner;
  const server: Server = {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(motd === undefined ? {} : { motd }),
    ...(defaultChannelId === undefined ? {} : { defaultChannelId }),
    ...(shownIcon ? { icon: shownIcon } : {}),
    ...(shownBanner ? { banner: shownBanner } : {}),
  };
  return accept({ type: "server.updated", server });
}

/** Whether everybody with the ordinary role may view a text channel, for as long as it is not deleted. */
function isForAll(context: DecisionContext, channelId: ChannelId): boolean {
  const channel = context.state.channels.get(channelId);
  const ordinary = roleByName(context.state, "user");
  if (channel?.kind !== "text" || channel.temporary || ordinary === undefined) return false;
  return views(channel, { userId: "" as UserId, roles: [ordinary] });
}

export const serverCommands: CommandRows<"community" | "server"> = {
  "community.seed": { by: "core", decide: seed },
  "server.describe": { by: "core", decide: describe },
  "server.update": { by: "session or operator", right: "manageServer", decide: update },
};

export const serverEvents: EventRows<"server" | "leader"> = {
  "server.updated": (state, { server, described }) => {
    state.server = server;
    state.described = described ?? state.described;
  },
  "leader.started": ignored("the term is the leader's, not the community's"),
};
