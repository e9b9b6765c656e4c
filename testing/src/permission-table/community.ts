/** A community for the table of permissions: people of every default role, and every kind of place. */
import type {
  AttachmentId,
  ChannelId,
  CommandType,
  CredentialId,
  EmojiId,
  InviteId,
  Message,
  MessageId,
  OptionId,
  Place,
  PollId,
  RoleId,
  SessionId,
  ThreadId,
  UserId,
  WebhookId,
  WebhookTokenId,
} from "@dragoman/bus-schema";
import { type Admitted, type Body, type Decision, decide } from "@dragoman/core/decider";
import { Community, eventOf } from "../community.ts";
import { storedFile } from "../random/files.ts";
import type { About } from "./outcome.ts";
import { type DefaultRole, defaultRoles, type PlaceKind, placeKinds } from "./place.ts";
import type { Rule } from "./rule.ts";

const options = ["one", "two"].map((text, n) => ({ optionId: `${n}` as OptionId, text }));
const content = { text: "a word", markup: "markdown" } as const;
/** What `slash.respond` answers for. */
const registering = {
  type: "slash.register",
  commands: [{ name: "roll", description: "", options: [], ephemeral: false }],
} as const satisfies Body;
const attachmentId = "00000000-0000-4000-a000-00000000abcd" as AttachmentId;

interface Here {
  readonly table: TableCommunity;
  readonly role: DefaultRole;
  readonly place: Place;
  /** Another person of the role that the case is about. */
  readonly other: string;
  readonly otherRole: DefaultRole;
}
type Make = (here: Here) => Body;

const message = (here: Here, by: string): MessageId => here.table.message(here, by);
const asThread = ({ place }: Here): ThreadId => place.threadId ?? ("none" as ThreadId);

/** What is given, by command and case. */
const bodies: Readonly<Record<string, Make>> = {
  "message.post": ({ place }) => ({ type: "message.post", place, kind: "text", content }),
  "message.edit one's own": (here) => ({
    type: "message.edit",
    message: message(here, here.role),
    content,
  }),
  "message.edit another's": (here) => ({
    type: "message.edit",
    message: message(here, "xx"),
    content,
  }),
  "message.delete one's own": (here) => ({
    type: "message.delete",
    message: message(here, here.role),
  }),
  "message.delete another's": (here) => ({ type: "message.delete", message: message(here, "xx") }),
  "message.whisper": () => ({ type: "message.whisper", target: "xx", content }),
  "message.announce": () => ({ type: "message.announce", content }),
  "reaction.add": (here) => ({
    type: "reaction.add",
    place: here.place,
    message: message(here, "xx"),
    emoji: "new",
  }),
  "reaction.remove": (here) => ({
    type: "reaction.remove",
    place: here.place,
    message: message(here, "xx"),
    emoji: "had",
  }),
  "pin.add": (here) => ({ type: "pin.add", place: here.place, message: message(here, "xx") }),
  "pin.remove": (here) => ({ type: "pin.remove", place: here.place, message: message(here, "xx") }),
  "typing.start": ({ place }) => ({ type: "typing.start", place }),
  "voice.join": ({ place: { channelId } }) => ({ type: "voice.join", channelId, peerId: "p" }),
  "voice.leave outside every voice channel": () => ({ type: "voice.leave" }),
  "voice.mute outside every voice channel": () => ({ type: "voice.mute", muted: true }),
  "slash.register": () => registering,
  "slash.call that nobody registered": ({ table }) => ({
    type: "slash.call",
    channelId: table.community.place("general").channelId,
    name: "none",
    args: {},
  }),
  "slash.respond to no call": ({ place: { channelId } }) => ({
    type: "slash.respond",
    channelId,
    name: "roll",
    content,
  }),
  "push.subscribe": () => ({ type: "push.subscribe", endpoint: "e", p256dh: "p", auth: "a" }),
  "push.unsubscribe": () => ({ type: "push.unsubscribe", endpoint: "e" }),
  "unread.mark": ({ place }) => ({ type: "unread.mark", place }),
  "poll.create": ({ place }) => ({
    type: "poll.create",
    place,
    question: "which?",
    options,
    multi: false,
    endsMs: null,
  }),
  "poll.vote": (here) => ({ type: "poll.vote", poll: here.table.poll(here), options: [1] }),
  "poll.end another's": (here) => ({ type: "poll.end", poll: here.table.poll(here) }),
  "thread.create": ({ place: { channelId } }) => ({
    type: "thread.create",
    channelId,
    name: "new",
  }),
  "thread.update another's": (here) => ({
    type: "thread.update",
    threadId: asThread(here),
    name: "renamed",
  }),
  "thread.delete another's": (here) => ({ type: "thread.delete", threadId: asThread(here) }),
  "thread.join": (here) => ({ type: "thread.join", threadId: asThread(here) }),
  "thread.leave": (here) => ({ type: "thread.leave", threadId: asThread(here) }),
  "session.move": ({ place }) => ({
    type: "session.move",
    channel: place.threadId ?? place.channelId,
  }),
  "attachment.add": ({ table, role, place: { channelId } }) => ({
    type: "attachment.add",
    key: `tag-${table.session(role)}`,
    attachmentId: "00000000-0000-4000-a000-00000000ffff" as AttachmentId,
    channelId,
    name: "a.png",
    file: storedFile(9),
  }),
  "attachment.delete another's": () => ({ type: "attachment.delete", attachmentId }),
  "channel.create a temporary text channel": () => ({
    type: "channel.create",
    kind: "text",
    name: "fresh",
    permissions: {},
  }),
  "channel.create any other kind": () => ({
    type: "channel.create",
    kind: "voice",
    name: "fresh",
    permissions: {},
  }),
  "channel.update another's": ({ place: { channelId: channel } }) => ({
    type: "channel.update",
    channel,
    description: "other",
  }),
  "channel.move": ({ place: { channelId: channel } }) => ({
    type: "channel.move",
    channel,
    index: 0,
  }),
  "channel.delete another's": ({ place: { channelId: channel } }) => ({
    type: "channel.delete",
    channel,
  }),
  "channel.leave without an admission": ({ place: { channelId: channel } }) => ({
    type: "channel.leave",
    channel,
  }),
  "channel.leave a private channel": ({ place: { channelId: channel } }) => ({
    type: "channel.leave",
    channel,
  }),
  "moderation.kick": ({ other: target }) => ({ type: "moderation.kick", target }),
  "moderation.ban": ({ other: target }) => ({ type: "moderation.ban", target, addresses: false }),
  "moderation.unban": ({ otherRole }) => ({
    type: "moderation.unban",
    target: `banned-${otherRole}`,
  }),
  "moderation.silence": ({ other: target }) => ({
    type: "moderation.silence",
    target,
    replace: false,
  }),
  "moderation.unsilence": ({ otherRole }) => ({
    type: "moderation.unsilence",
    target: `silent-${otherRole}`,
  }),
  "moderation.refill": ({ other: target }) => ({ type: "moderation.refill", target }),
  "user.nick one's own": () => ({ type: "user.nick", nickname: "Nick", temporary: false }),
  "user.nick another's": ({ other: target }) => ({
    type: "user.nick",
    target,
    nickname: "Nick",
    temporary: false,
  }),
  "user.rename": ({ other: target }) => ({ type: "user.rename", target, name: "renamed" }),
  "user.assign a role below all others": ({ other: target }) => ({
    type: "user.assign",
    target,
    how: "add",
    roles: ["guest"],
  }),
  "user.depart oneself": ({ role: target }) => ({ type: "user.depart", target }),
  "user.depart another": ({ other: target }) => ({ type: "user.depart", target }),
  "user.picture": () => ({ type: "user.picture", url: null }),
  "user.token": () => ({ type: "user.token" }),
  "user.revoke": () => ({ type: "user.revoke" }),
  "user.password": () => ({ type: "user.password", current: "dragoman", wanted: "another" }),
  "role.create": () => ({ type: "role.create", ...plainRole, name: "fresh" }),
  "role.update its colour": ({ otherRole: role }) => ({
    type: "role.update",
    role,
    color: "#123456",
  }),
  "role.delete of no channel's lists": () => ({ type: "role.delete", role: "guest" }),
  "role.reorder the last two": () => ({
    type: "role.reorder",
    roles: [...defaultRoles, "guest", "held", "choice"],
  }),
  "role.take that everybody may take": () => ({ type: "role.take", role: "choice" }),
  "role.take that not everybody may take": ({ otherRole: role }) => ({ type: "role.take", role }),
  "role.drop that everybody may take": () => ({ type: "role.drop", role: "held" }),
  "status.set": () => ({ type: "status.set", status: "idle", text: "" }),
  "status.back": () => ({ type: "status.back" }),
  "server.update": () => ({ type: "server.update", name: "Renamed" }),
  "emoji.add": () => ({ type: "emoji.add", name: "fresh", file: storedFile(7) }),
  "emoji.update": ({ table }) => ({ type: "emoji.update", emojiId: table.emojiId, name: "other" }),
  "emoji.delete": ({ table }) => ({ type: "emoji.delete", emojiId: table.emojiId }),
  "webhook.create": ({ table }) => ({
    type: "webhook.create",
    channelId: table.community.place("general").channelId,
    name: "hook",
  }),
  "webhook.update": ({ table: { webhookId } }) => ({
    type: "webhook.update",
    webhookId,
    name: "other",
  }),
  "webhook.renew": ({ table: { webhookId } }) => ({ type: "webhook.renew", webhookId }),
  "webhook.delete": ({ table: { webhookId } }) => ({ type: "webhook.delete", webhookId }),
  "link.code": () => ({ type: "link.code" }),
  "link.join with another's code": () => ({ type: "link.join", code: "xx" }),
  "link.remove of a provider that is not linked": () => ({
    type: "link.remove",
    provider: "rotur",
  }),
};

const importId = "00000000-0000-4000-9000-000000000077";
const importedChannel = {
  channelId: importId as ChannelId,
  name: "brought",
  permissions: {},
  minRank: 0,
  hasPassword: false,
  temporary: false,
};

/** What moves in from another server. */
const imports: Readonly<Record<string, Body>> = {
  "import.messages": {
    type: "import.messages",
    progress: { source: "old", key: "general", cursor: "1" },
    from: null,
    messages: [],
  },
  "import.revise": {
    type: "import.revise",
    place: { channelId: "00000000-0000-4000-8000-00000000ffff" as never },
    messageId: "00000000-0000-4000-8000-00000000fffe" as never,
  },
  "import.marks": { type: "import.marks", marks: [] },
  "import.person": {
    type: "import.person",
    person: { userId: "brought" as UserId, name: "brought", roleIds: [] },
  },
  "import.merge": { type: "import.merge", fromId: "nobody" as never, intoId: "nobody" as never },
  "import.silence": {
    type: "import.silence",
    userId: "nobody" as never,
    untilMs: null,
    progress: { source: "old", key: "silence", cursor: "1" },
  },
  "import.push": {
    type: "import.push",
    privateKey: "A".repeat(43),
    userId: "nobody" as never,
    subscription: { endpoint: "https://push.example/1", p256dh: "p", auth: "a" },
    progress: { source: "old", key: "push", cursor: "1" },
  },
  "import.roles": {
    type: "import.roles",
    roles: [
      {
        roleId: importId as RoleId,
        name: "owner",
        description: null,
        color: null,
        hoisted: false,
        permissions: ["administrator"],
        selfAssignable: true,
        category: null,
        rank: 255,
      },
    ],
  },
  "import.channel": { type: "import.channel", channel: { ...importedChannel, kind: "text" } },
  "import.thread": {
    type: "import.thread",
    thread: {
      threadId: importId as ThreadId,
      channelId: importId as ChannelId,
      name: "brought",
      creatorId: "brought" as UserId,
      createdAtUs: 1,
      locked: false,
      archived: false,
      participantIds: [],
    },
  },
  "import.attachment": {
    type: "import.attachment",
    attachment: {
      attachmentId: importId as AttachmentId,
      name: "a.png",
      file: storedFile(7),
      ownerId: "brought" as UserId,
      channelId: importId as ChannelId,
      createdAtMs: 1,
      expiresAtMs: 2,
      unusedUntilMs: 2,
      permanent: false,
    },
  },
  "import.emoji": {
    type: "import.emoji",
    emoji: { emojiId: "77" as EmojiId, name: "brought", file: storedFile(7) },
  },
  "import.webhook": {
    type: "import.webhook",
    webhook: {
      webhookId: importId as WebhookId,
      channelId: importId as ChannelId,
      name: "brought",
      avatar: null,
      createdById: "brought" as UserId,
      createdAtMs: 1,
      tokenId: importId as WebhookTokenId,
    },
  },
};

/** What people try that only gateways and operators may. */
const foreign: Readonly<Record<string, Body>> = {
  "session.open": { type: "session.open", ticket: "forged", protocol: "originchats" },
  "webhook.post": { type: "webhook.post", token: "forged", content },
  "canary.cross": { type: "canary.cross", n: 1, saidAt: 1, everyMs: 10_000 },
  "server.phase": { type: "server.phase", protocol: "sockchat", phase: "announced" },
  "server.signal": { type: "server.signal", signal: "reload" },
  "server.configure": { type: "server.configure", settings: {}, expected: 0 },
  "journal.skip": { type: "journal.skip", seq: 1, why: "damaged" },
  ...imports,
  "user.add": {
    type: "user.add",
    name: "fresh",
    credentialId: "00000000-0000-4000-9000-000000000001" as CredentialId,
    roles: ["owner"],
    demo: false,
  },
  "invite.create": {
    type: "invite.create",
    inviteId: "mine22" as InviteId,
    code: "abcde-fghjk-mnpqr",
    uses: 1,
    lifetimeMs: 60_000,
    roles: ["owner"],
    note: "",
  },
  "invite.revoke": { type: "invite.revoke", inviteId: "mine22" as InviteId },
  "user.erase": { type: "user.erase", target: "olga" },
  "user.reset": {
    type: "user.reset",
    target: "olga",
    credentialId: "00000000-0000-4000-9000-000000000001" as CredentialId,
  },
};

const plainRole = {
  description: "",
  color: null,
  hoisted: false,
  permissions: [] as string[],
  selfAssignable: false,
  category: null,
};

function must(decision: Decision, what: string): Decision {
  if (!decision.ok) throw new Error(`${what} is refused: ${JSON.stringify(decision.rejection)}`);
  return decision;
}

export class TableCommunity {
  readonly community = new Community({
    limits: { messagesPerMinute: 0, burstLimit: 100_000, sessionsPerPerson: 50 },
  });
  readonly emojiId: EmojiId;
  readonly webhookId: string;
  readonly #sessions = new Map<string, SessionId>();
  readonly #standing = new Map<string, SessionId>();
  readonly #places = new Map<string, Place>();
  readonly #polls = new Map<string, PollId>();
  readonly #template: Message;
  #number = 1_000_000;

  constructor() {
    const { community } = this;
    for (const [name, selfAssignable] of [
      ["choice", true],
      ["held", true],
      ["guest", false],
    ] as const) {
      must(community.operator({ type: "role.create", ...plainRole, name, selfAssignable }), name);
    }
    for (const name of ["xx", "yy"]) {
      community.person(name);
      this.#sessions.set(name, community.enter(name, "originchats"));
    }
    for (const role of defaultRoles) {
      for (const name of [role, `other-${role}`, `banned-${role}`, `silent-${role}`]) {
        community.person(name, role, ...(name === role ? ["held"] : []));
        this.#sessions.set(name, community.enter(name, "originchats"));
      }
      must(community.as(this.session(role), registering), role);
      this.#standing.set(role, community.enter(role, "sockchat"));
      const target = `banned-${role}`;
      must(community.operator({ type: "moderation.ban", target, addresses: false }), target);
      const silent = { target: `silent-${role}`, replace: false };
      must(community.operator({ type: "moderation.silence", ...silent }), silent.target);
    }
    this.#template = community.posted(this.session("xx"), "a word");
    for (const place of placeKinds) this.#furnish(place);
    const emoji = community.operator({ type: "emoji.add", name: "known", file: storedFile(3) });
    this.emojiId = eventOf(emoji, "emoji.added")?.emoji.emojiId ?? ("none" as EmojiId);
    const { channelId } = community.place("general");
    const hook = { type: "webhook.create", channelId, name: "hook" } as const;
    const webhook = eventOf(community.as(this.session("owner"), hook), "webhook.created");
    this.webhookId = webhook?.webhook.webhookId ?? "none";
    const upload = { channelId, name: "a.png", file: storedFile(8), attachmentId };
    const key = `tag-${this.session("xx")}`;
    must(community.as(this.session("xx"), { type: "attachment.add", key, ...upload }), "an upload");
  }

  session(name: string): SessionId {
    return this.#sessions.get(name) ?? ("none" as SessionId);
  }

  #furnish(place: PlaceKind): void {
    if (place.kind === "whisper") {
      for (const role of defaultRoles) this.#whisper(place, role);
      return;
    }
    const name = `place-${place.name.replace(" ", "-")}`;
    const { kind, permissions } = place;
    must(this.community.operator({ type: "channel.create", kind, name, permissions }), name);
    const { channelId } = this.community.place(name);
    const made = place.thread
      ? eventOf(
          this.community.as(this.session("other-owner"), {
            type: "thread.create",
            channelId,
            name: `${name} thread`,
          }),
          "thread.created",
        )?.thread.threadId
      : undefined;
    const at: Place = made === undefined ? { channelId } : { channelId, threadId: made };
    for (const role of defaultRoles) this.#settle(place, role, at, "other-owner");
  }

  #whisper(place: PlaceKind, role: DefaultRole): void {
    const by = place.own ? role : "yy";
    const said = this.community.as(this.session(by), {
      type: "message.whisper",
      target: "xx",
      content,
    });
    const at = eventOf(said, "message.posted")?.message.place;
    if (at === undefined) throw new Error(`no whisper by ${by}`);
    this.#settle(place, role, at, "xx");
  }

  #settle(place: PlaceKind, role: DefaultRole, at: Place, by: string): void {
    const key = `${place.name} ${role}`;
    this.#places.set(key, at);
    const isTalk = place.kind === "text" || place.kind === "whisper" || place.thread === true;
    if (!isTalk) return;
    const poll = this.community.as(this.session(by), {
      type: "poll.create",
      place: at,
      question: "which?",
      options,
      multi: false,
      endsMs: null,
    });
    const pollId = eventOf(must(poll, `a poll in ${key}`), "message.posted")?.message.poll?.pollId;
    if (pollId !== undefined) this.#polls.set(`${at.channelId}/${at.threadId}`, pollId);
  }

  poll({ place }: Here): PollId {
    return this.#polls.get(`${place.channelId}/${place.threadId}`) ?? ("none" as PollId);
  }

  /** A message that stands there, however it came to. */
  message({ place, role }: Here, by: string): MessageId {
    const { community } = this;
    this.#number += 1;
    const userId = community.userId(by);
    const messageId = `00000000-0000-7000-8000-${`${this.#number}`.padStart(12, "0")}` as MessageId;
    community.messages.set(messageId, {
      ...this.#template,
      messageId,
      number: this.#number as Message["number"],
      place,
      author: { kind: "user", userId },
      reactions: [{ emoji: "had", userIds: [community.userId(role)] }],
    });
    return messageId;
  }

  /** The command of a rule's case, not yet given. */
  command(rule: Rule, role: DefaultRole, { place, other = "user" }: About): Admitted {
    const key = rule.what === undefined ? rule.command : `${rule.command} ${rule.what}`;
    const make = bodies[key];
    if (make === undefined) throw new Error(`nothing is given for ${key}`);
    const at = place === undefined ? undefined : this.#places.get(`${place.name} ${role}`);
    const body = make({
      table: this,
      role,
      place: at ?? this.community.place("general"),
      other: `other-${other}`,
      otherRole: other,
    });
    const stands = rule.command === "session.move" ? this.#standing.get(role) : undefined;
    return this.community.command(stands ?? this.session(role), body);
  }

  /** What a person is answered who gives another's command. */
  foreign(type: string, role: DefaultRole): Decision {
    const body = foreign[type as CommandType];
    if (body === undefined) throw new Error(`nothing is given for ${type}`);
    const command = this.community.command(this.session(role), body);
    return decide(this.community.state, command, this.community.inputs(command));
  }
}
