/** What a core sees of itself, of the store beneath it and of the disk under it, for an operator. */
import { statfs } from "node:fs/promises";
import { type AnswerOf, type CommunityId, encode, journalStream } from "@dragoman/bus-schema";
import { type Bus, type Config, processFacts, wallMs } from "@dragoman/service-kit";
import type { History } from "../history/history.ts";
import type { ReplicaView } from "../journal/replica-view.ts";
import { snapshotKinds } from "../snapshot/manifest.ts";
import type { Snapshots } from "../snapshot/snapshots.ts";

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

/** @throws BusError when the store does not answer */
export async function statusOf(options: StatusOptions): Promise<AnswerOf<"journal.status">> {
  const { bus, community, config, replica, history, snapshots, leads, why } = options;
  const api = async <T>(subject: string): Promise<T> => {
    const reply = await bus.request(`$JS.API.${subject}`, encode({}), { timeoutMs: limitMs });
    return JSON.parse(new TextDecoder().decode(reply.data)) as T;
  };
  const [stream, account, disk, ...newest] = await Promise.all([
    api<StreamInfo>(`STREAM.INFO.${journalStream(community).name}`),
    api<AccountInfo>("INFO"),
    statfs(config.dataDir),
    ...snapshotKinds.map(async (kind) => (await snapshots.entries(kind)).slice(0, 1)),
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
      replicas: stream.config?.num_replicas ?? 1,
      // Its own leader is one of them, and names the others.
      current:
        1 + (stream.cluster?.replicas ?? []).filter(({ current }) => current === true).length,
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
  };
}
