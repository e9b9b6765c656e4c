/** What a core sees of itself, of the store beneath it and of the disk under it, for an operator. */
import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type AnswerOf,
  type CommunityId,
  encode,
  fileStream,
  journalStream,
  type UserId,
} from "@dragoman/bus-schema";
import {
  type Bus,
  BusError,
  type Config,
  isUnled,
  pause,
  processFacts,
  wallMs,
} from "@dragoman/service-kit";
import { notedBackup } from "../backup/mark.ts";
import type { History } from "../history/history.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { snapshotKinds } from "../snapshot/manifest.ts";
import type { Snapshots } from "../snapshot/snapshots.ts";
import type { Reading, State } from "../state/shape.ts";

const limitMs = 1_000;

export interface StatusOptions {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly config: Config;
  readonly replica: ReplicaView;
  readonly history: History;
  readonly snapshots: Snapshots;
  readonly leads: boolean;
  /** What `/readyz` says. */
  readonly why: string;
}

interface StreamInfo {
  readonly config?: { readonly max_bytes?: number; readonly num_replicas?: number };
  readonly state?: { readonly last_seq: number; readonly bytes: number };
  readonly cluster?: { readonly replicas?: readonly { readonly current?: boolean }[] };
}
interface AccountInfo {
  readonly storage?: number;
  readonly limits?: { readonly max_storage?: number };
}

/** What the store does not answer is left out: a status is asked for when something is wrong. */
export async function statusOf(options: StatusOptions): Promise<AnswerOf<"journal.status">> {
  const { bus, community, config, replica, history, snapshots, leads, why } = options;
  const api = async <T extends object>(subject: string): Promise<Partial<T>> => {
    const reply = await answered(
      bus.request(`$JS.API.${subject}`, encode({}), { timeoutMs: limitMs }),
    );
    return reply === undefined ? {} : (JSON.parse(new TextDecoder().decode(reply.data)) as T);
  };
  const [stream, files, account, disk, backup, historyBytes, ...newest] = await Promise.all([
    api<StreamInfo>(`STREAM.INFO.${journalStream(community).name}`),
    api<StreamInfo>(`STREAM.INFO.${fileStream(community).name}`),
    api<AccountInfo>("INFO"),
    statfs(config.dataDir),
    answered(notedBackup(bus, community)),
    bytesIn(dirname(history.path)),
    ...snapshotKinds.map(async (kind) =>
      ((await answered(snapshots.entries(kind))) ?? []).slice(0, 1),
    ),
  ]);
  const { info } = bus.connection;
  const nowMs = wallMs();
  return {
    process: processFacts(config),
    leads,
    clockMs: nowMs,
    why,
    position: replica.position.seq,
    historyLag: Math.max(0, history.lag()),
    historyFault: history.fault ?? "",
    level: replica.state.level,
    journal: {
      last: stream.state?.last_seq ?? 0,
      bytes: stream.state?.bytes ?? 0,
      bytesMax: stream.config?.max_bytes ?? -1,
      replicas: stream.config?.num_replicas ?? config.nats.replicas,
      // Its own leader is one of them, and names the others.
      current:
        stream.state === undefined
          ? 0
          : 1 + (stream.cluster?.replicas ?? []).filter(({ current }) => current === true).length,
    },
    nats: {
      version: info?.version ?? "",
      cluster: (info as { readonly cluster?: string } | undefined)?.cluster ?? "",
      payloadBytesMax: info?.max_payload ?? 0,
    },
    store: { bytes: account.storage ?? 0, bytesMax: account.limits?.max_storage ?? -1 },
    disk: { freeBytes: disk.bavail * disk.bsize, bytes: disk.blocks * disk.bsize },
    snapshots: newest.flat().map(({ kind, seq, madeAtMs }) => ({
      kind,
      seq,
      ageMs: Math.max(0, Math.round(nowMs - madeAtMs)),
    })),
    house: {
      ...peopleIn(replica.state),
      historyBytes,
      fileBytes: files.state?.bytes ?? 0,
      lastBackup:
        backup === undefined || backup === null
          ? null
          : { record: backup.record, ageMs: Math.max(0, nowMs - backup.atMs) },
    },
  };
}

/** What the store answers within the limit; undefined: it does not. */
async function answered<T>(asked: Promise<T>): Promise<T | undefined> {
  const told = asked.catch((error: unknown) => {
    if (error instanceof BusError || isUnled(error)) return undefined;
    throw error;
  });
  return Promise.race([told, pause(limitMs).then(() => undefined)]);
}

/** Who is there, by which protocol and at which gateway. */
function peopleIn({ people, sessions, sessionsAt }: Reading<State>) {
  const present = new Map<string, { readonly people: Set<UserId>; sessions: number }>();
  for (const { session } of sessions.values()) {
    const of = present.get(session.protocol) ?? { people: new Set(), sessions: 0 };
    present.set(session.protocol, of);
    of.people.add(session.userId);
    of.sessions += 1;
  }
  return {
    accounts: people.size,
    present: [...present].map(([protocol, of]) => ({
      protocol,
      people: of.people.size,
      sessions: of.sessions,
    })),
    gateways: [...sessionsAt].map(([gatewayId, ids]) => ({ gatewayId, sessions: ids.size })),
  };
}

/** Bytes of the files that lie in a folder. One that goes meanwhile counts no more. */
async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      try {
        return (await stat(join(folder, name))).size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
        throw error;
      }
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
