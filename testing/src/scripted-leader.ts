/**
 * A leader by script: it answers on the real bus and appends to a real stream, and decides only what the tests of a
 * gateway need. A test may have it be silent, slow or refuse.
 */

import { randomUUID } from "node:crypto";
import {
  type AnswerOf,
  type AuthenticateReply,
  AuthenticateRequest,
  type Batch,
  CommandEnvelope,
  type CommandReply,
  type Commit,
  CommunityId,
  decode,
  type Event,
  encode,
  Heartbeat,
  type HeartbeatReply,
  journalStream,
  type Message,
  type MessageId,
  parseCommandSubject,
  QueryEnvelope,
  type Rejection,
  type RosterUser,
  type Session,
  type SessionId,
  splitCommandId,
  subject,
} from "@dragoman/bus-schema";
import {
  Bus,
  type Logger,
  type Msg,
  PackedMap,
  packedForm,
  type Subscription,
} from "@dragoman/service-kit";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { lineTraits } from "./line-edge.ts";
import { message as nth, session, standingSessions } from "./people.ts";
import { ada, ben, general, hidden, snapshot } from "./roster.ts";

export interface LeaderOptions {
  readonly url: string;
  readonly community: string;
  readonly logger: Logger;
}

/** What the script makes of a command: events, a refusal, no change, or silence. */
export type Verdict =
  | { readonly events: Event[] }
  | { readonly rejection: Rejection }
  | "unchanged"
  | "silence";

const addressTag = "tag" as Extract<Event, { type: "session.opened" }>["addressTag"];

function packedUsers(users: readonly RosterUser[]) {
  const map = new PackedMap(users.map((user) => [user.userId, user]));
  const { shapes, bytes } = map.page(0, users.length);
  return { shapes, bytes: bytes.toString("base64") };
}

export class ScriptedLeader {
  readonly bus: Bus;
  readonly community: CommunityId;
  readonly sessions = new Map<SessionId, Session>();
  /** Command envelopes in the order of their arrival, repeats included. */
  readonly heard: CommandEnvelope[] = [];
  readonly beats: number[] = [];
  /** Replaces the script's own judgement where it gives something. */
  judge: (envelope: CommandEnvelope) => Verdict | undefined = () => undefined;
  /** Runs before a query is answered. */
  beforeAnswer: () => Promise<void> = async () => {};
  /** Whether replies to commands are sent; events are appended all the same. */
  replies = true;
  /** Whether heartbeats are answered. */
  lives = true;
  /** What the next answers to heartbeats say besides. */
  aside: Pick<HeartbeatReply, "differs" | "unknown"> = {};
  /** The lists of sessions that heartbeats brought. */
  readonly listed: (readonly SessionId[])[] = [];
  /** In which forms pages of people were asked for. */
  readonly forms: (number | undefined)[] = [];
  /** Queries heard, the roster's beginning aside. */
  queries = 0;
  term = 1;
  last = 0;
  lastId = "";
  #messages: Message[] = [];
  #outcomes = new Map<string, CommandReply>();
  #appending: Promise<unknown> = Promise.resolve();
  #serving: Subscription | undefined;

  private constructor(bus: Bus, community: CommunityId) {
    this.bus = bus;
    this.community = community;
  }

  static async start({ url, community, logger }: LeaderOptions): Promise<ScriptedLeader> {
    const bus = await Bus.connect({ url, name: "core", logger });
    const leader = new ScriptedLeader(bus, CommunityId.parse(community));
    await leader.#begin();
    leader.#serve();
    bus.subscribe(subject.heartbeats(leader.community), (m) => leader.#beat(m));
    bus.subscribe(subject.queries(leader.community), (m) => void leader.#query(m));
    bus.subscribe(subject.authentications(leader.community), (m) => leader.#authenticate(m));
    await bus.flush();
    return leader;
  }

  /** Makes the journal and its first record. */
  async #begin(): Promise<void> {
    const { name, subjects, republish } = journalStream(this.community);
    const all = [...subjects, this.#quiet()];
    await this.bus.ensureStream({ name, subjects: all, republish, allow_direct: true });
    await this.append([this.commit({ type: "leader.started", coreId: "script" })]);
  }

  /** The journal goes back: another stands in its place. */
  async goBack(): Promise<void> {
    const manager = await jetstreamManager(this.bus.connection);
    await manager.streams.delete(journalStream(this.community).name);
    this.last = 0;
    this.lastId = "";
    await this.#begin();
  }

  async stop(): Promise<void> {
    await this.#appending;
    await this.bus.close();
  }

  /** What comes by this subject is stored and not republished. */
  #quiet(): string {
    return `${subject.journal(this.community)}.quiet`;
  }

  #serve(): void {
    const commands = subject.commandsOf(this.community, this.term);
    this.#serving?.unsubscribe();
    this.#serving = this.bus.subscribe(commands, (message) => this.#command(message));
  }

  /** Leads anew, in a term of its own. */
  async lead(): Promise<void> {
    this.term = this.last + 1;
    this.#serve();
    await this.append([this.commit({ type: "leader.started", coreId: "script" })]);
  }

  /** A commit that nobody's command caused. */
  commit(...events: Event[]): Commit {
    return { cause: { commandId: `script.${this.last + 1}` as never, actor: "leader" }, events };
  }

  /** Appends a batch; resolves with its sequence. `quietly`: nobody hears of it live. */
  append(commits: Commit[], quietly = false): Promise<number> {
    const to = quietly ? this.#quiet() : subject.journal(this.community);
    const appending = this.#appending.then(() => this.#append(to, commits));
    this.#appending = appending;
    return appending;
  }

  async #append(to: string, commits: Commit[]): Promise<number> {
    const batch: Batch = {
      v: 2,
      id: randomUUID(),
      term: this.term,
      prev: this.lastId,
      at: Date.now(),
      commits,
    };
    const stream = jetstream(this.bus.connection, { timeout: 20_000 });
    const { seq } = await stream.publish(to, encode(batch), {
      expect: { lastSequence: this.last },
    });
    this.last = seq;
    this.lastId = batch.id;
    return seq;
  }

  /** A message of a person as an event. */
  posted(author: typeof ada, text: string, channel = general): Event {
    const number = this.#messages.length + 1;
    const message = nth(number, {
      messageId: randomUUID() as MessageId,
      place: { channelId: channel.channelId },
      author: { kind: "user", userId: author.userId },
      content: { text, markup: "markdown" },
      createdAtUs: Date.now() * 1_000 + number,
    });
    this.#messages.push(message);
    return { type: "message.posted", message };
  }

  #command(message: Msg): void {
    const decoded = decode(CommandEnvelope, message.data);
    if (!decoded.ok) throw new Error(decoded.why);
    const envelope = decoded.value;
    this.heard.push(envelope);
    const known = this.#outcomes.get(envelope.id);
    if (known !== undefined) {
      this.#reply(message, known);
      return;
    }
    const gatewayId = parseCommandSubject(message.subject)?.gateway as Session["gatewayId"];
    const verdict = this.judge(envelope) ?? this.#decide(envelope, gatewayId);
    if (verdict === "silence") return;
    if (verdict === "unchanged") {
      this.#reply(message, { ok: true, term: this.term, seq: null });
    } else if ("rejection" in verdict) {
      this.#reply(message, { ok: false, term: this.term, rejection: verdict.rejection });
    } else {
      const { origin } = splitCommandId(envelope.id);
      const cause = {
        commandId: envelope.id,
        sessionId: origin as SessionId,
        actor: "user",
      } as const;
      void this.append([{ cause, events: verdict.events }]).then((seq) => {
        const reply = { ok: true, term: this.term, seq } as const;
        this.#outcomes.set(envelope.id, reply);
        this.#reply(message, reply);
      });
    }
  }

  #reply(message: Msg, reply: CommandReply): void {
    if (this.replies) this.bus.respond(message, encode(reply));
  }

  #decide({ body, sessionId }: CommandEnvelope, gatewayId: Session["gatewayId"]): Verdict {
    const id = sessionId as SessionId;
    const known = this.sessions.get(id);
    if (body.type === "session.open") {
      const user = body.ticket === "ada" ? ada : ben;
      const { protocol } = body;
      const change = { sessionId: id, gatewayId, protocol, traits: lineTraits };
      const opened = session(user, change);
      this.sessions.set(id, opened);
      return {
        events: [
          { type: "session.opened", session: opened, addressTag },
          { type: "presence.began", userId: user.userId },
        ],
      };
    }
    if (known === undefined) return { rejection: { code: "not_authenticated" } };
    if (body.type === "message.post") {
      const author = known.userId === ada.userId ? ada : ben;
      const channel = body.place.channelId === hidden.channelId ? hidden : general;
      return { events: [this.posted(author, body.content.text, channel)] };
    }
    if (body.type === "session.close") return { events: this.closes(known.userId, "leave", id) };
    if (body.type === "moderation.ban") return { events: this.bans(ben.userId) };
    return "unchanged";
  }

  /** Ends sessions: of one id, or all of a person. */
  closes(
    userId: Session["userId"],
    why: Extract<Event, { type: "session.closed" }>["why"],
    only?: SessionId,
  ): Event[] {
    const events: Event[] = [];
    for (const session of this.sessions.values()) {
      if (session.userId !== userId || (only !== undefined && session.sessionId !== only)) continue;
      this.sessions.delete(session.sessionId);
      events.push({ type: "session.closed", session, why });
    }
    return events;
  }

  bans(userId: Session["userId"]): Event[] {
    return [
      {
        type: "moderation.banned",
        userId,
        byId: null,
        reason: "",
        untilMs: null,
        addressTags: [],
      },
      ...this.closes(userId, "ban"),
    ];
  }

  #beat(message: Msg): void {
    const beat = decode(Heartbeat, message.data);
    if (beat.ok) this.beats.push(beat.value.applied);
    if (beat.ok && beat.value.sessions !== undefined) this.listed.push(beat.value.sessions);
    const { term, last, lastId } = this;
    if (this.lives) this.bus.respond(message, encode({ v: 1, term, last, lastId, ...this.aside }));
  }

  /** The record as the stream's leader has it. */
  async #record(seq: number): Promise<AnswerOf<"journal.record">> {
    const about = `$JS.API.STREAM.MSG.GET.${journalStream(this.community).name}`;
    const { data } = await this.bus.request(about, encode({ seq }), { timeoutMs: 10_000 });
    const { message } = JSON.parse(new TextDecoder().decode(data)) as {
      message?: { data: string; time: string };
    };
    if (message === undefined)
      return { storedAt: null, text: null, why: "there is no such record" };
    const text = Buffer.from(message.data, "base64").toString();
    return { storedAt: message.time, text, why: null };
  }

  async #query(message: Msg): Promise<void> {
    const decoded = decode(QueryEnvelope, message.data);
    if (!decoded.ok) throw new Error(decoded.why);
    const { body } = decoded.value;
    if (body.type === "roster.snapshot") {
      const { term, last, lastId } = this;
      const sessions = standingSessions([...this.sessions.values()]);
      const { users, ...community } = snapshot;
      const people = body.paged === true ? { people: users.length } : { users };
      const answer = { ...community, ...people, sessions, lastId, lastAt: Date.now(), term };
      this.bus.respond(message, encode({ ok: true, through: last, body: answer }));
      return;
    }
    if (body.type === "roster.people") {
      const users = snapshot.users.slice(body.from);
      this.forms.push(body.form);
      const answer = body.form === packedForm ? { packed: packedUsers(users) } : { users };
      this.bus.respond(message, encode({ ok: true, through: this.last, body: answer }));
      return;
    }
    if (body.type === "journal.record") {
      const answer = await this.#record(body.seq);
      this.bus.respond(message, encode({ ok: true, through: this.last, body: answer }));
      return;
    }
    this.queries += 1;
    await this.beforeAnswer();
    // A gateway may have heard of a record before its acknowledgement is here.
    await this.#appending;
    const messages = [...this.#messages];
    const answer = { messages, total: messages.length, older: 0, newestId: null };
    this.bus.respond(message, encode({ ok: true, through: this.last, body: answer }));
  }

  #authenticate(message: Msg): void {
    const decoded = decode(AuthenticateRequest, message.data);
    if (!decoded.ok) throw new Error(decoded.why);
    const { credentials } = decoded.value;
    const name = "name" in credentials ? credentials.name : "";
    const reply: AuthenticateReply =
      name === "ada" || name === "ben"
        ? { ok: true, ticket: name }
        : { ok: false, rejection: { code: "bad_login", why: "unknown_user" } };
    this.bus.respond(message, encode(reply));
  }
}
