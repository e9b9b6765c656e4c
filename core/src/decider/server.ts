/** The community itself: its first things, its description, and the leader's marks. */
import {
  type Channel,
  type ChannelId,
  type CommandOf,
  ignored,
  levelOf,
  type Server,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { roleByName } from "../state/find.ts";
import { renewGrace } from "../state/session.ts";
import type { Reading, State } from "../state/shape.ts";
import { createdEvents } from "./channel.ts";
import type { Admitted, BodyOf, Decision, Need } from "./contract.ts";
import { freshRoles } from "./fresh-role.ts";
import { phaseCommands, phaseEvents } from "./phase.ts";
import {
  accept,
  busy,
  type CommandRows,
  type CoreAsker,
  type DecisionContext,
  type EventRows,
  type MemberContext,
  refuse,
} from "./row.ts";

/** What a journal must have come to before processes can be asked of anything. */
const signalLevel = levelOf({ type: "server.signalled" });

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

/** Decides `server.signal`: whom it is for is known to the processes alone. */
function signal(_context: DecisionContext, body: CommandOf<"server.signal">): Decision {
  const { signal: asked, gatewayId } = body;
  if ((asked === "drain") !== (gatewayId !== undefined)) {
    return refuse({ code: "invalid", field: "gatewayId", why: "for a drain alone" });
  }
  const whom = gatewayId === undefined ? {} : { gatewayId };
  return accept({ type: "server.signalled", signal: asked, ...whom });
}

/** Of an operator alone, and where its event can be stored: what is looked up is done by that. */
function configureNeeds(
  { level }: Reading<State>,
  { settings, expected }: CommandOf<"server.configure">,
  { actor, id: commandId }: Admitted,
): readonly Need[] {
  if (actor !== "operator" || level < signalLevel) return [];
  return [{ kind: "configure", commandId, settings, expected }];
}

/** Decides `server.configure`: the settings are put already, and every process is told to take them. */
function configure(context: DecisionContext, body: CommandOf<"server.configure">): Decision {
  const { configured } = context.inputs.lookups;
  if (context.state.level < signalLevel) return refuse({ code: "disabled", feature: body.type });
  if (configured === undefined) return busy;
  if (!configured.ok) return refuse(configured.rejection);
  const { revision, changes } = configured.value;
  if (changes.length === 0) return accept();
  return accept({ type: "server.signalled", signal: "reload", revision, changes: [...changes] });
}

export const serverCommands: CommandRows<"community" | "server"> = {
  "community.seed": { by: "core", decide: seed },
  "server.describe": { by: "core", decide: describe },
  "server.update": { by: "session or operator", right: "manageServer", decide: update },
  "server.signal": { by: "operator", decide: signal },
  "server.configure": { by: "operator", needs: configureNeeds, decide: configure },
  ...phaseCommands,
};

export const serverEvents: EventRows<"server" | "leader"> = {
  "server.updated": (state, { server, described }) => {
    state.server = server;
    state.described = described ?? state.described;
  },
  ...phaseEvents,
  "server.signalled": ignored("what processes are asked is nothing that the community is"),
  // The term itself is the leader's, not the community's.
  "leader.started": (state, _event, { position }) => renewGrace(state, position.at),
};
