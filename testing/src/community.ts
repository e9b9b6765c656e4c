/**
 * A community for the decider's tests: commands are given, decided, taken in and kept as a journal. Time and
 * ids are its own, so that every run is the same.
 */
import {
  type AddressTag,
  type ChannelId,
  type Commit,
  type CredentialId,
  commandId,
  type Event,
  type EventOf,
  type EventType,
  type GatewayId,
  type KeyTag,
  type Message,
  type OpeningTraits,
  type Place,
  type Protocol,
  type PushId,
  type SessionId,
  type UserId,
  type WebhookTokenId,
} from "@dragoman/bus-schema";
import {
  type Admitted,
  type Body,
  causeOf,
  type Decision,
  decide,
  evolve,
  type Inputs,
  type LookupTable,
  lookerOf,
  lookupsOf,
  needs,
  reservedNames,
  type VerifiedTicket,
} from "@dragoman/core/decider";
import {
  channelByRef,
  initialState,
  type MessageChange,
  personByRef,
  type State,
  withChange,
} from "@dragoman/core/state";

const limits: Inputs["limits"] = {
  picturePixels: 100_000_000,
  postContent: 2_000,
  searchResults: 30,
  messagesPerMinute: 60,
  burstLimit: 10,
  webhookPerMinute: 60,
  cooldownMs: 30_000,
  actsPerMinute: 120,
  actsBurst: 30,
  readMarksPerMinute: 120,
  sessionsPerPerson: 50,
  connectionsPerAddress: 200,
  connections: 10_000,
  loginAttemptsPerAddress: 50,
  registrationsPerAddress: 10,
  registrationsPerHour: 100,
  loginAttempts: 10,
  loginWindowMs: 60_000,
  signInMs: 60_000,
  turnedAwayMs: 3_600_000,
  signInFrameBytes: 16 * 1024,
  inboundBytes: 64 * 1024 * 1024,
  outboxBytes: 8 * 1024 * 1024,
  outboxMs: 30_000,
  outboundBytes: 256 * 1024 * 1024,
  listedPeople: 5_000,
  intakeFrames: 256,
};

const attachments: Inputs["attachments"] = {
  enabled: true,
  bytesMax: 100 * 1024 * 1024,
  types: ["image/*", "video/*", "audio/*", "application/pdf"],
  perPerson: -1,
  perMinute: 10,
  keptMs: 7 * 24 * 3_600_000,
  permanentTiers: ["pro", "max"],
  permanentMs: 365 * 24 * 3_600_000,
  unusedMs: 3_600_000,
  atOnce: 16,
  atOncePerAddress: 4,
};

export const description = {
  name: "Dragoman",
  ownerName: "Admin",
  motd: "",
  postContentMax: limits.postContent,
};

/** One record of the journal. */
export interface Entry {
  readonly commit: Commit;
  readonly seq: number;
  readonly at: number;
}

/** What the settings of a community may differ in. */
export type Settings = Partial<Pick<Inputs, "graceMs" | "allowRegistration" | "siteRoles">> & {
  readonly limits?: Partial<Inputs["limits"]>;
  readonly attachments?: Partial<Inputs["attachments"]>;
  /** What everybody has subscribed to at Rotur. */
  readonly tier?: string;
};

export function gateway(protocol: Protocol): GatewayId {
  return `${protocol}_gateway` as GatewayId;
}

/** Ids that count up. */
export function uuidsFrom(first: number): () => string {
  let next = first;
  return () => {
    const digits = next.toString(16).padStart(12, "0");
    next += 1;
    return `00000000-0000-4000-8000-${digits}`;
  };
}

/** Here a key is its own tag, a webhook token its own id, an invite's code its own digest, and a link code the name of whom it was given to. */
const table: LookupTable<Community, Partial<Inputs["lookups"]>> = {
  message: ({ ref }, { messages, state }) => {
    const byNumber = [...messages.values()].find((message) => String(message?.number) === ref);
    const message = messages.get(ref) ?? byNumber ?? null;
    return { messages: new Map([[ref, { through: state.seq, message }]]) };
  },
  poll: ({ ref }, { messages, state }) => {
    const isOver = (message: Message | null): boolean =>
      typeof message?.poll?.endedAtUs === "number" &&
      (message.poll.pollId === ref || message.messageId === ref);
    const message = [...messages.values()].find(isOver) ?? null;
    return { polls: new Map([[ref, { through: state.seq, message }]]) };
  },
  // The test gives it.
  ticket: () => ({}),
  link: ({ code }, { state }) => {
    const person = personByRef(state, code);
    return {
      link: person === undefined ? null : { userId: person.user.userId, epoch: person.epoch },
    };
  },
  address: ({ typed }) => ({ addressTags: [typed as AddressTag] }),
  key: ({ key }) => ({ keyTag: key as KeyTag }),
  tier: (_, { settings }) => ({ tier: settings.tier ?? null }),
  invite: ({ code }) => ({ inviteDigest: code }),
  "webhook token": ({ token }) => ({ webhookTokenId: token as WebhookTokenId }),
  subscription: ({ endpoint }) => ({ subscriptionId: endpoint as PushId }),
  "brought subscription": ({ subscription, mayReplace }) => ({
    broughtId: mayReplace ? (subscription.endpoint as PushId) : "other keys",
  }),
  change: ({ current }, community) =>
    current === "dragoman"
      ? { change: { ok: true, value: community.seal("another") } }
      : { change: { ok: false, rejection: { code: "bad_login", why: "wrong_password" } } },
  configure: ({ expected, settings }) => ({
    configured: {
      ok: true,
      value: { revision: expected + 1, changes: Object.keys(settings) },
    },
  }),
  seal: ({ password }, community) => ({ passwordId: community.seal(password) }),
  password: ({ passwordId, password }, { passwords }) => ({
    passwords: new Map([[passwordId, passwords.get(passwordId) === password]]),
  }),
};

const look = lookerOf(table);

/** What the sessions of each protocol are like. */
export function traitsOf(protocol: Protocol): OpeningTraits {
  return protocol === "sockchat"
    ? {
        stands: "one place",
        flood: "kick",
        returnMs: 600_000,
        toldMissedWhispers: true,
      }
    : { stands: "everywhere", flood: "close", returnMs: 0, toldMissedWhispers: false };
}

/** A community of its own, with one leader and no bus. */
export class Community {
  readonly state: State = initialState();
  readonly journal: Entry[] = [];
  /** All messages in their last form; null: deleted. What the projection would know. */
  readonly messages = new Map<string, Message | null>();
  /** What was sealed. */
  readonly passwords = new Map<CredentialId, string>();
  readonly cooldowns = new Map<UserId, number>();
  guessWaitMs: Inputs["guessWaitMs"] = () => 0;
  nowMs = 1_700_000_000_000;
  /** What the leader's clock says, where that is another time. */
  clockMs: number | undefined;
  readonly settings: Settings;
  readonly #newUuid = uuidsFrom(1);
  #sessions = 0;
  readonly #counts = new Map<string, number>();

  constructor(settings: Settings = {}) {
    this.settings = settings;
    this.core({ type: "community.seed", server: description });
  }

  /** Decides a command and, where it is accepted, takes its events in as the next record. */
  give(command: Admitted, ticket?: VerifiedTicket | null): Decision {
    const decision = decide(this.state, command, this.inputs(command, ticket));
    if (!decision.ok) {
      const { cooldownUntilMs: pause } = decision;
      if (pause !== undefined) this.cooldowns.set(pause.userId, pause.untilMs);
      return decision;
    }
    if (decision.events.length === 0) return decision;
    this.take({ cause: causeOf(this.state, command), events: [...decision.events] });
    return decision;
  }

  take(commit: Commit): void {
    const seq = this.state.seq + 1;
    this.journal.push({ commit, seq, at: this.nowMs });
    evolve(this.state, commit, { seq, at: this.nowMs });
    for (const event of commit.events) this.#project(event);
  }

  inputs(command: Admitted, ticket?: VerifiedTicket | null): Inputs {
    const found = look(needs(this.state, command), this);
    return {
      nowMs: this.nowMs,
      clockMs: this.clockMs ?? this.nowMs,
      newUuid: this.#newUuid,
      lookups: lookupsOf(ticket === undefined ? found : [...found, { ticket }]),
      cooldowns: this.cooldowns,
      guessWaitMs: this.guessWaitMs,
      limits: { ...limits, ...this.settings.limits },
      attachments: { ...attachments, ...this.settings.attachments },
      emojis: { types: ["gif", "jpg", "jpeg", "png", "webp"], bytesMax: 256 * 1024 },
      graceMs: this.settings.graceMs ?? 5_000,
      tokenMs: 30 * 86_400_000,
      reservedNames: reservedNames(["elsewhere"]),
      protocols: ["originchats", "sockchat"],
      allowRegistration: this.settings.allowRegistration ?? true,
      siteRoles: this.settings.siteRoles ?? [],
    };
  }

  /** The next command of a session, without giving it. */
  command(sessionId: SessionId, body: Body): Admitted {
    const gatewayId = this.state.sessions.get(sessionId)?.session.gatewayId ?? gateway("sockchat");
    return {
      id: commandId(sessionId, this.#next(sessionId)),
      body,
      sessionId,
      gatewayId,
      actor: "gateway-session",
    };
  }

  as(sessionId: SessionId, body: Body): Decision {
    return this.give(this.command(sessionId, body));
  }

  operator(body: Body): Decision {
    return this.give({ id: commandId("desk", this.#next("desk")), body, actor: "operator" });
  }

  core(body: Body): Decision {
    return this.give({ id: commandId("core", this.#next("core")), body, actor: "core" });
  }

  /** Makes an account with roles. */
  person(name: string, ...roles: string[]): UserId {
    const credentialId = "00000000-0000-4000-9000-000000000001" as CredentialId;
    this.operator({ type: "user.add", name, credentialId, roles, demo: false });
    return this.userId(name);
  }

  /** Signs somebody in; the ticket may differ from that of a plain password log-in. */
  open(
    name: string,
    protocol: Protocol,
    ticket: Partial<VerifiedTicket> = {},
    gatewayId = gateway(protocol),
  ): { readonly sessionId: SessionId; readonly decision: Decision } {
    this.#sessions += 1;
    const sessionId = this.#sessions.toString().padStart(32, "s") as SessionId;
    const decision = this.give(
      {
        id: commandId(sessionId, this.#next(sessionId)),
        body: {
          type: "session.open",
          ticket: "a ticket",
          protocol,
          ...(protocol === "originchats" ? { keyTag: `tag-${sessionId}` as KeyTag } : {}),
        },
        sessionId,
        gatewayId,
        actor: "gateway-session",
      },
      {
        provider: "local",
        protocol,
        traits: traitsOf(protocol),
        addressTag: `at-${name}` as AddressTag,
        expiresAtMs: this.nowMs + 60_000,
        account: { kind: "user", userId: this.userId(name) },
        ...ticket,
      },
    );
    return { sessionId, decision };
  }

  /** Signs somebody in who must be let in. */
  enter(name: string, protocol: Protocol): SessionId {
    const { sessionId, decision } = this.open(name, protocol);
    if (!decision.ok) throw new Error(`${name} is refused: ${JSON.stringify(decision.rejection)}`);
    return sessionId;
  }

  userId(name: string): UserId {
    return personByRef(this.state, name)?.user.userId ?? ("nobody" as UserId);
  }

  place(channel: string): Place {
    const channelId = channelByRef(this.state, channel)?.channelId;
    return { channelId: channelId ?? ("nowhere" as ChannelId) };
  }

  post(sessionId: SessionId, text: string, channel = "general"): Decision {
    return this.as(sessionId, {
      type: "message.post",
      place: this.place(channel),
      kind: "text",
      content: { text, markup: "markdown" },
    });
  }

  /** Posts what must be accepted. */
  posted(sessionId: SessionId, text: string, channel = "general"): Message {
    const event = eventOf(this.post(sessionId, text, channel), "message.posted");
    if (event === undefined) throw new Error(`${text} is refused`);
    return event.message;
  }

  #next(origin: string): number {
    const n = (this.#counts.get(origin) ?? 0) + 1;
    this.#counts.set(origin, n);
    return n;
  }

  #change(messageId: string, change: MessageChange): void {
    const message = this.messages.get(messageId);
    if (message) this.messages.set(messageId, withChange(message, change));
  }

  /** What a sealed password goes by. */
  seal(password: string): CredentialId {
    const passwordId = this.#newUuid() as CredentialId;
    this.passwords.set(passwordId, password);
    return passwordId;
  }

  #project(event: Event): void {
    if (event.type === "message.posted") {
      this.messages.set(event.message.messageId, event.message);
    } else if (event.type === "message.edited") {
      this.#change(event.message.messageId, { kind: "edited", message: event.message });
    } else if (event.type === "reaction.added" || event.type === "reaction.removed") {
      const { messageId, emoji, userId } = event;
      const added = event.type === "reaction.added";
      this.#change(messageId, { kind: "reacted", emoji, userId, added });
    } else if (event.type === "pin.added" || event.type === "pin.removed") {
      this.#change(event.messageId, { kind: "pinned", pinned: event.type === "pin.added" });
    } else if (event.type === "poll.ended") {
      this.#change(event.messageId, { kind: "ended", poll: event.poll });
    } else if (event.type === "message.deleted") {
      this.messages.set(event.messageId, null);
    }
  }
}

/** The first event of a type that a decision yields. */
export function eventOf<T extends EventType>(decision: Decision, type: T): EventOf<T> | undefined {
  const events: readonly Event[] = decision.ok ? decision.events : [];
  return events.find((event): event is Extract<Event, { type: T }> => event.type === type) as
    | EventOf<T>
    | undefined;
}

/** The types of a decision's events, or its rejection. */
export function outcome(decision: Decision): unknown {
  return decision.ok ? decision.events.map(({ type }) => type) : decision.rejection;
}
