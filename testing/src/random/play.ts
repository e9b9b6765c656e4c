/** Random runs of commands, for the laws of the core. */
import { commandId, featureLevel, type Protocol } from "@dragoman/bus-schema";
import { type Admitted, type Body, crowdedProtocols, timers } from "@dragoman/core/decider";
import { Community } from "../community.ts";
import { admitting } from "./admitting.ts";
import { erased, erasing } from "./erasing.ts";
import { imported } from "./imported.ts";
import { makers } from "./index.ts";
import { pick } from "./make.ts";
import { gamer, names, threadId, vouched } from "./people.ts";
import { phased } from "./phases.ts";
import { calledBy } from "./slash.ts";

export const protocols: readonly Protocol[] = ["originchats", "sockchat"];

/** One step, as numbers that are read against the state of the moment. */
export type Step = readonly [kind: number, a: number, b: number, c: number];

/** Each as often as the others: a step names one by two of its numbers. */
const everything = Object.values(makers);
/** What operators give as well. */
const operators = [
  makers["moderation.kick"],
  makers["moderation.ban"],
  makers["moderation.unban"],
  makers["channel.create"],
  makers["user.rename"],
  makers["user.assign"],
  makers["role.create"],
  makers["role.update"],
  makers["role.delete"],
  makers["role.reorder"],
  imported["import.person"],
  imported["import.merge"],
  imported["import.silence"],
  imported["import.push"],
  imported["import.messages"],
  imported["import.revise"],
  imported["import.marks"],
  phased["server.phase"],
  phased["server.signal"],
  phased["server.configure"],
  erased["user.erase"],
  ...Object.values(admitting),
];

export interface Admission {
  readonly command: Admitted;
}

/** Reads a step as a command; null: only time passes. */
function commandOf(community: Community, [kind, a, b, c]: Step): Admission | null {
  community.nowMs += a % 400;
  if (kind >= 95) {
    community.nowMs += a * 20;
    return null;
  }
  if (kind >= 90) {
    const due = pick(timers(community.state), a)?.body;
    const lost = pick([...community.state.sessionsAt.keys()], b);
    const crowded = pick(crowdedProtocols(community.state), a);
    const body: Body | undefined =
      (c % 2 === 0 ? erasing(community, a, b) : undefined) ??
      (crowded === undefined ? undefined : { type: "session.evict", protocol: crowded }) ??
      due ??
      (lost === undefined ? undefined : { type: "gateway.lost", gatewayId: lost });
    return body === undefined
      ? null
      : { command: { id: ownId(community, kind), body, actor: "core" } };
  }
  if (kind >= 85) {
    const make = pick(operators, a);
    const body = make?.(community, b, c, a);
    return body === undefined
      ? null
      : { command: { id: ownId(community, kind), body, actor: "operator" } };
  }
  const sessionId = pick([...community.state.sessions.keys()], a);
  const body = pick(everything, kind + 85 * c)?.(community, b, c, a);
  if (sessionId === undefined || body === undefined) return null;
  const handler = a % 5 === 0 ? undefined : calledBy(community, body);
  return { command: community.command(handler ?? sessionId, body) };
}

/** An origin that no command had before. */
function ownId(community: Community, n: number): Admitted["id"] {
  return commandId(`process-${community.state.seq}-${community.nowMs}-${n}`, 1);
}

/** A community in which everybody stands somewhere, and what happens after each step. */
export function play(
  steps: readonly Step[],
  look: (community: Community, asked: Admission) => void,
): Community {
  const community = new Community({ limits: { burstLimit: 3, cooldownMs: 1_000 } });
  community.core({ type: "journal.level", level: featureLevel, version: "1.0.0" });
  community.person("olga", "owner");
  community.person("mona", "moderator");
  for (const name of names.slice(2)) community.person(name);
  const permissions = { view: ["user"], send: ["user"] };
  community.operator({ type: "channel.create", kind: "text", name: "den", permissions });
  community.operator({ type: "channel.update", channel: "den", password: "open" });
  community.operator({ ...gamer, type: "role.create" });
  const lists = { ...permissions, create_thread: ["user"] };
  community.operator({ type: "channel.create", kind: "forum", name: "forum", permissions: lists });
  community.operator({ type: "channel.create", kind: "voice", name: "hall", permissions });
  discuss(community);
  for (const [kind, a, b, c] of steps) {
    if (kind % 6 === 0) {
      const ticket = c % 3 === 0 ? vouched(a, c) : {};
      community.open(pick(names, a) ?? "", protocols[b % 2] ?? "sockchat", ticket);
    }
    const asked = commandOf(community, [kind, a, b, c]);
    if (asked !== null) look(community, asked);
  }
  return community;
}

/** A thread with two people in it, a poll, a slash command, and somebody who can be heard. */
function discuss(community: Community): void {
  const [cleo, ada] = ["cleo", "ada"].map((name) => community.enter(name, "originchats"));
  if (cleo === undefined || ada === undefined) return;
  const { channelId } = community.place("forum");
  community.as(cleo, { type: "thread.create", channelId, name: "Topic" });
  community.as(ada, { type: "thread.join", threadId: threadId(community, 0) });
  const roll = { name: "roll0", description: "", options: [], ephemeral: true };
  community.as(cleo, { type: "slash.register", commands: [roll] });
  const { channelId: hall } = community.place("hall");
  community.as(ada, { type: "voice.join", channelId: hall, peerId: "peer" });
  const options = ["yes", "no"].map((each) => ({ optionId: each, text: each }));
  const place = community.place("general");
  community.as(ada, {
    type: "poll.create",
    place,
    question: "Tea?",
    options,
    multi: true,
    endsMs: null,
  });
}
