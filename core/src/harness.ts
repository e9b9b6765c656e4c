/** What this package's own tests stand on: a real nats-server, and a small community in a state. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  AddressTag,
  Channel,
  ChannelId,
  CredentialId,
  GatewayId,
  Role,
  RoleId,
  SessionId,
  UserId,
  UserNumber,
} from "@dragoman/bus-schema";
import { Bus, BusError, createLogger } from "@dragoman/service-kit";
import type { ReplicaView } from "./journal/replica-view.ts";
import { initialState, type Person, type State } from "./state/state.ts";

const binary = process.env["DRAGOMAN_TEST_NATS"] || "/usr/sbin/nats-server";
export const silent = createLogger("silent", "test");

/** Starts nats-server with JetStream on a port that it chooses itself. */
export async function startNats(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "dragoman-core-"));
  const child = spawn(binary, ["-js", "-a", "127.0.0.1", "-p", "-1", "-sd", folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (output.length < 20_000) output += chunk.toString();
      const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined && output.includes("Server is ready")) {
        resolve(`nats://127.0.0.1:${port}`);
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`nats-server ended (${code}): ${output}`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function connect(url: string, name: string): Promise<Bus> {
  return Bus.connect({ url, name, logger: silent });
}

const askMs = 50;
const patienceMs = 5_000;

/** Whether a request to the subject finds a responder: false when nobody serves it. */
async function isServed(bus: Bus, subject: string): Promise<boolean> {
  try {
    await bus.request(subject, new Uint8Array(), { timeoutMs: askMs });
    return true;
  } catch (error) {
    if (!(error instanceof BusError) || error.why === "closed") throw error;
    return error.why === "timeout";
  }
}

async function until(bus: Bus, subject: string, served: boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await isServed(bus, subject)) !== served) {
    if (performance.now() > deadline) throw new Error(`${subject}: served is not ${served}`);
  }
}

/** Waits until nobody serves the subject any more. */
export const unserved = (bus: Bus, subject: string): Promise<void> => until(bus, subject, false);

/** Waits until the subject is served. */
export const answered = (bus: Bus, subject: string): Promise<void> => until(bus, subject, true);

const id = (kind: number, n: number): string =>
  `0000000${kind}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

export const channelId = (n: number): ChannelId => id(2, n) as ChannelId;
export const sessionId = (name: string): SessionId => name.padEnd(32, "_") as SessionId;

function role(name: string, rank: number, permissions: string[]): Role {
  return {
    roleId: id(3, rank) as RoleId,
    name,
    description: null,
    color: null,
    hoisted: false,
    permissions,
    selfAssignable: false,
    category: null,
    position: 10 - rank,
    rank,
  };
}

const owner = role("owner", 10, ["administrator"]);
const moderator = role("moderator", 5, ["kick_members", "ban_members"]);
const user = role("user", 1, []);

function channel(n: number, name: string, viewers: string[]): Channel {
  return {
    channelId: channelId(n),
    kind: "text",
    name,
    slug: name,
    permissions: { view: viewers, send: viewers },
    minRank: 0,
    hasPassword: false,
    temporary: false,
  };
}

/** A state with the channels general (1) and staff (2), and nobody in it. */
export function community(): State {
  const state = initialState();
  for (const each of [owner, moderator, user]) state.roles.set(each.roleId, each);
  for (const each of [channel(1, "general", ["user"]), channel(2, "staff", ["moderator"])]) {
    state.channels.set(each.channelId, each);
    state.channelNames.set(each.name, each.channelId);
  }
  state.server = {
    name: "Test",
    ownerName: "Admin",
    motd: "",
    defaultChannelId: channelId(1),
    postContentMax: 2_000,
  };
  return state;
}

/** Puts a person into the state, `name` being the id as well. */
export function settle(
  state: State,
  name: string,
  more: { credentialId?: CredentialId; roles?: "user" | "moderator"; local?: boolean } = {},
): Person {
  const userId = name as UserId;
  const number = (1_000_000_000 + state.people.size) as UserNumber;
  const roles = more.roles === "moderator" ? [moderator, user] : [user];
  const person: Person = {
    user: {
      userId,
      number,
      name,
      handle: name,
      roleIds: roles.map(({ roleId }) => roleId),
      status: { status: "offline", text: "" },
      local: more.local ?? true,
      demo: false,
    },
    departed: false,
    epoch: 0,
    ...(more.credentialId === undefined ? {} : { credentialId: more.credentialId }),
  };
  state.people.set(userId, person);
  state.names.set(name, userId);
  state.numbers.set(number, userId);
  return person;
}

/** Signs a person in; the session's id follows from the name. */
export function signIn(state: State, name: string): SessionId {
  const session = {
    sessionId: sessionId(name),
    userId: name as UserId,
    gatewayId: "gateway" as GatewayId,
    protocol: "originchats",
  } as const;
  const addressTag = "tag" as AddressTag;
  state.sessions.set(session.sessionId, { session, addressTag, droppedUntilMs: null });
  return session.sessionId;
}

/** A replica that stands still at a sequence. */
export function standing(state: State, seq: number): ReplicaView & { current: boolean } {
  return {
    state,
    position: { seq, id: `record-${seq}`, at: 1_700_000_000_000, term: 1 },
    current: true,
    reached: (wanted) => Promise.resolve(wanted <= seq),
  };
}
