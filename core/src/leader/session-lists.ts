/**
 * Which sessions each gateway has by the journal, compared with what the gateway says that it has (docs/journal.md 4.6).
 * The digests tell whether they differ; only where they go on differing the lists are asked for.
 */
import {
  type Commit,
  type GatewayId,
  type Heartbeat,
  type HeartbeatReply,
  type SessionId,
  SessionSet,
} from "@dragoman/bus-schema";

interface List {
  readonly sessions: SessionSet;
  /** The record that changed it last: what a gateway says that has not applied it cannot be compared. */
  changedAt: number;
  /** Heartbeats one behind the other in which the digests differed. */
  differed: number;
}

/** So many heartbeats have to differ before the lists are compared: a second, in which a lone slip heals. */
const differsMin = 5;

export interface Compared {
  /** What the answer to the heartbeat says besides. */
  readonly reply: Pick<HeartbeatReply, "differs" | "unknown">;
  /** Sessions that the gateway has no socket for. */
  readonly lost: readonly SessionId[];
}

const same: Compared = { reply: {}, lost: [] };

export class SessionLists {
  readonly #lists = new Map<GatewayId, List>();

  /** @param known the sessions of each gateway up to the record at `seq` */
  constructor(known: Iterable<readonly [GatewayId, Iterable<SessionId>]>, seq: number) {
    for (const [gatewayId, ids] of known) {
      const sessions = new SessionSet(ids);
      this.#lists.set(gatewayId, { sessions, changedAt: seq, differed: 0 });
    }
  }

  /** Takes a stored record in. */
  stored(commits: readonly Commit[], seq: number): void {
    for (const { events } of commits) {
      for (const event of events) {
        if (event.type !== "session.opened" && event.type !== "session.closed") continue;
        const { gatewayId, sessionId } = event.session;
        const list = this.#listOf(gatewayId);
        list.changedAt = seq;
        if (event.type === "session.opened") list.sessions.add(sessionId);
        else list.sessions.delete(sessionId);
      }
    }
  }

  /** Compares what a heartbeat says. A gateway of a version that says nothing of its sessions is left alone. */
  compare(gatewayId: GatewayId, { applied, digest, sessions }: Heartbeat): Compared {
    const list = this.#listOf(gatewayId);
    if (digest === undefined || applied < list.changedAt) return same;
    if (digest === list.sessions.digest) {
      list.differed = 0;
      return same;
    }
    list.differed += 1;
    if (list.differed < differsMin) return same;
    if (sessions === undefined) return { reply: { differs: true }, lost: [] };
    const theirs = new Set(sessions);
    const unknown = sessions.filter((id) => !list.sessions.has(id));
    const lost = list.sessions.ids().filter((id) => !theirs.has(id));
    list.differed = 0;
    return { reply: unknown.length > 0 ? { unknown } : {}, lost };
  }

  #listOf(gatewayId: GatewayId): List {
    const known = this.#lists.get(gatewayId);
    if (known !== undefined) return known;
    const list = { sessions: new SessionSet(), changedAt: 0, differed: 0 };
    this.#lists.set(gatewayId, list);
    return list;
  }
}
