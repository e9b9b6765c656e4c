/**
 * What a community owes the site that its people come from (Sock Chat reference, 3.3): once a minute who is here,
 * and every ban that is made or lifted here. The leader's core alone says it. Bans are told in the order of the
 * journal, again until the site has taken them; how far that has come stands in the secret bucket, so that the
 * next leader goes on from there.
 */
import { type Cause, type EventTable, ignoring, runnerOf, type UserId } from "@dragoman/bus-schema";
import type { Config, FeedRecord, Logger } from "@dragoman/service-kit";
import { sessionsOf } from "../state/find.ts";
import type { LiveSession, Reading, State } from "../state/shape.ts";
import type { Secrets } from "./secrets.ts";
import type { Site, Told } from "./site.ts";
import type { Bumped } from "./site-wire.ts";

export interface SiteDutyOptions {
  readonly site: Site;
  /** Whether people come from a site now; the configuration may change it at any time. */
  readonly isOn: () => boolean;
  readonly config: Config["site"];
  readonly secrets: Secrets;
  readonly state: () => Reading<State>;
  /** A record of the journal; null: it is not kept, or cannot be read. */
  readonly read: (seq: number) => Promise<FeedRecord | null>;
  readonly logger: Logger;
}

/** Something that the site is to be told; `seq` is the record that it stands in. */
export type Report =
  | {
      readonly seq: number;
      readonly do: "ban";
      readonly id: number;
      readonly moderatorId: number;
      readonly seconds: number | null;
      readonly reason: string;
    }
  | { readonly seq: number; readonly do: "unban"; readonly id: number };

/** Reports that are kept; more than a site is ever behind. */
const reportsMax = 1_000;
/** Records without a report after which it is noted all the same how far all is told. */
const notedEvery = 1_000;
const toldKey = "site.told";
const retryMsMin = 250;
const retryMsMax = 60_000;

export class SiteDuty {
  readonly #options: SiteDutyOptions;
  #reports: Report[] = [];
  #heard = 0;
  /** Records that a snapshot stood for: they are read where it is not known that all of them was told. */
  #missed: { readonly from: number; readonly to: number } | undefined;
  #leading = false;
  #telling = false;
  #retryMs = retryMsMin;
  #retry: NodeJS.Timeout | undefined;
  #bump: NodeJS.Timeout | undefined;
  /** The last record all of whose reports are told. Undefined: not read yet. */
  #told: number | undefined;

  constructor(options: SiteDutyOptions) {
    this.#options = options;
  }

  /** Whether anything is owed to a site now. */
  get #isOwing(): boolean {
    return this.#options.isOn() && this.#options.site.keepsBans;
  }

  /** Takes a record in; the state holds it already. On every core. */
  heard({ seq, batch }: FeedRecord): void {
    if (seq <= this.#heard) return;
    if (!this.#isOwing) {
      this.begin(seq);
      return;
    }
    this.#heard = seq;
    this.#reports.push(...this.#reportsIn({ seq, batch }));
    this.#reports = this.#reports.slice(-reportsMax);
    if (this.#leading) this.#tell();
  }

  /** What comes next stands behind a record up to which a snapshot was taken, or nothing was owed. */
  begin(seq: number): void {
    if (seq <= this.#heard) return;
    this.#missed = { from: this.#missed?.from ?? this.#heard + 1, to: seq };
    this.#heard = seq;
  }

  #reportsIn({ seq, batch }: Pick<FeedRecord, "seq" | "batch">): readonly Report[] {
    const { config, state } = this.#options;
    return batch.commits.flatMap(({ cause, events }) =>
      events.flatMap((event) => {
        const look = { cause, state: state(), seq, at: batch.at, moderatorId: config.moderatorId };
        return reportsOf(event, look) ?? [];
      }),
    );
  }

  async #readMissed(told: number): Promise<void> {
    const missed = this.#missed;
    if (missed === undefined) return;
    const reports: Report[] = [];
    for (let seq = Math.max(missed.from, told + 1); seq <= missed.to; seq += 1) {
      const record = await this.#options.read(seq);
      if (record !== null) reports.push(...this.#reportsIn(record));
      if (!this.#leading || !this.#isOwing) return;
    }
    // Of what was heard between two times without a site all is read once more.
    const others = this.#reports.filter(({ seq }) => seq < missed.from || seq > missed.to);
    this.#missed = this.#missed === missed ? undefined : this.#missed;
    this.#reports = [...reports, ...others].sort((a, b) => a.seq - b.seq);
  }

  /** The journal went back: what was heard may never have been. */
  forget(): void {
    this.#reports = [];
    this.#heard = 0;
    this.#missed = undefined;
  }

  /** This core leads from now on. */
  lead(): void {
    this.#leading = true;
    this.#told = undefined;
    this.configured();
  }

  rest(): void {
    this.#leading = false;
    clearTimeout(this.#bump);
    clearTimeout(this.#retry);
  }

  /** The configuration may have changed. */
  configured(): void {
    clearTimeout(this.#bump);
    if (!this.#leading || !this.#isOwing) return;
    this.#tell();
    this.#bumpLater();
  }

  #bumpLater(): void {
    this.#bump = setTimeout(() => {
      if (!this.#isOwing) return;
      void this.#sayWhoIsHere();
      this.#bumpLater();
    }, this.#options.config.bumpMs);
  }

  #tell(): void {
    if (this.#telling || !this.#isOwing) return;
    this.#telling = true;
    clearTimeout(this.#retry);
    void this.#tellAll()
      .catch((error: unknown) => {
        this.#options.logger.warn({ err: error }, "the site is not told yet");
        return false;
      })
      .then((isDone) => {
        this.#telling = false;
        this.#retryMs = isDone ? retryMsMin : Math.min(retryMsMax, this.#retryMs * 2);
        const more = this.#reports.length > 0;
        if (!this.#leading || !more) return;
        if (isDone) this.#tell();
        else this.#retry = setTimeout(() => this.#tell(), this.#retryMs);
      });
  }

  /** Whether all that was there at the beginning is told. */
  async #tellAll(): Promise<boolean> {
    this.#told ??= await this.#begin();
    const told = this.#told;
    await this.#readMissed(told);
    this.#reports = this.#reports.filter(({ seq }) => seq > told);
    for (;;) {
      const [report, next] = this.#reports;
      if (!this.#leading || !this.#isOwing) return true;
      if (report === undefined) return this.#note();
      if ((await this.#say(report)) === "failed") return false;
      this.#reports.shift();
      if (next !== undefined && next.seq === report.seq) continue;
      this.#told = report.seq;
      await this.#options.secrets.write(toldKey, String(report.seq));
    }
  }

  /** Notes that there is nothing to tell so far, so that nobody reads all that once more. */
  async #note(): Promise<true> {
    const heard = this.#heard;
    if (heard - (this.#told ?? heard) < notedEvery) return true;
    this.#told = heard;
    await this.#options.secrets.write(toldKey, String(heard));
    return true;
  }

  /** Where a leader before has come to; without one, bans of old are not the site's concern. */
  async #begin(): Promise<number> {
    const { secrets, state } = this.#options;
    const stored = await secrets.read(toldKey);
    if (stored !== null) return Math.min(Number(stored), state().seq);
    const first = state().seq;
    await secrets.write(toldKey, String(first));
    return first;
  }

  #say(report: Report): Promise<Told> {
    const { site } = this.#options;
    return report.do === "ban" ? site.ban(report) : site.unban(report.id);
  }

  async #sayWhoIsHere(): Promise<void> {
    const { site, logger } = this.#options;
    try {
      const present = await this.#present();
      if (present.length === 0) return;
      if ((await site.bump(present)) === "failed") await site.bump(present);
    } catch (error) {
      logger.warn({ err: error }, "the site is not told who is here");
    }
  }

  async #present(): Promise<readonly Bumped[]> {
    const { state, secrets } = this.#options;
    const present: Bumped[] = [];
    for (const userId of state().sessionsOf.keys()) {
      const [id] = siteIdsOf(state(), userId);
      if (id === undefined) continue;
      const sessionIds = sessionsOf(state(), userId).map(
        ({ session }: LiveSession) => session.sessionId,
      );
      const [ip = ""] = await secrets.addresses.of(sessionIds);
      present.push({ id, ip });
    }
    return present;
  }
}

function siteIdsOf(state: Reading<State>, userId: UserId | null): readonly number[] {
  const identities = userId === null ? [] : (state.people.get(userId)?.identities ?? []);
  return identities.flatMap(({ provider, id }) => (provider === "site" ? [Number(id)] : []));
}

/** What stands around an event that the site is told of. */
interface Look {
  readonly cause: Cause;
  readonly state: Reading<State>;
  readonly seq: number;
  /** When it was stored, epoch ms. */
  readonly at: number;
  /** Whose act it is where nobody did it whom the site knows. */
  readonly moderatorId: number;
}

/** A ban, or a kick that keeps somebody out. */
interface Barred {
  readonly userId: UserId;
  readonly byId: UserId | null;
  readonly reason: string;
  readonly untilMs: number | null;
}

function bans({ userId, byId, reason, untilMs }: Barred, look: Look): readonly Report[] {
  const { state, seq, at, moderatorId } = look;
  const [by = moderatorId] = siteIdsOf(state, byId);
  const seconds = untilMs === null ? null : Math.max(1, Math.ceil((untilMs - at) / 1000));
  return siteIdsOf(state, userId).map((id) => ({
    seq,
    do: "ban",
    id,
    moderatorId: by,
    seconds,
    reason,
  }));
}

/** What an event is to the site: bans, kicks that keep somebody out, and what lifts them. */
const table: EventTable<[look: Look], readonly Report[]> = {
  "moderation.banned": bans,
  "moderation.kicked": (event, look) =>
    event.why === "kick" && event.untilMs !== null ? bans(event, look) : [],
  "moderation.unbanned": ({ userId, byId }, { cause, state, seq }) => {
    // What has run out here has run out there.
    const isOver = byId === null && cause.actor !== "operator";
    return isOver ? [] : siteIdsOf(state, userId).map((id) => ({ seq, do: "unban", id }));
  },
  ...ignoring(
    "silences and pauses hold on this server alone",
    "moderation.silenced",
    "moderation.unsilenced",
    "moderation.refilled",
  ),
  ...ignoring(
    "the site is asked who somebody is at each sign-in, and told of bans alone",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "journal.filled",
    "import.stored",
    "server.updated",
    "server.phased",
    "server.signalled",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.deleted",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.deleted",
    "thread.joined",
    "thread.left",
    "poll.voted",
    "poll.ended",
    "user.joined",
    "user.departed",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.assigned",
    "user.merged",
    "user.revoked",
    "user.erased",
    "user.forgotten",
    "link.joined",
    "link.removed",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "presence.began",
    "presence.ended",
    "status.changed",
    "message.posted",
    "message.announced",
    "message.edited",
    "message.deleted",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
    "unread.marked",
    "attachment.added",
    "attachment.deleted",
    "emoji.added",
    "emoji.updated",
    "emoji.deleted",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "push.subscribed",
    "push.unsubscribed",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
  ),
};

const reportsOf = runnerOf(table);
