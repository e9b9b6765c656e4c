/** The law of the audit log: whatever somebody does to others or to the house stands in it, from whichever side it was done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CommandType,
  type CredentialId,
  commandId,
  commandTypes,
  type Event,
  type FileId,
  type InviteId,
  type Protocol,
} from "@dragoman/bus-schema";
import { Community } from "@dragoman/testing/community";
import { play, protocols, type Step } from "@dragoman/testing/random/play";
import fc from "fast-check";
import type { Admitted } from "../decider/index.ts";
import { auditOf } from "./audit.ts";

/** Whether what was stored for a command has to stand in the log; null: it may, or not. */
type Law = (events: readonly Event[], actorId: string | undefined) => boolean | null;

const always: Law = () => true;
const never: Law = () => false;
/** Not among what is played here; why it is no act, or where it is shown. */
const unplayed =
  (_why: string): Law =>
  () =>
    null;

const has = (events: readonly Event[], type: Event["type"]): boolean =>
  events.some((event) => event.type === type);
/** What one does to oneself is one's own affair. The first event says whose account it is. */
const byOthers: Law = ([event], actorId) =>
  event !== undefined && "userId" in event && event.userId !== actorId;

/** Whispers are channels of two, of which the log knows nothing. */
const unlessWhisper: Law = (events) =>
  !events.some((event) => "channel" in event && event.channel.kind === "whisper");

/** Every type of command: one that is missing does not compile. */
const laws: { readonly [T in CommandType]: Law } = {
  "server.update": always,
  "server.phase": always,
  "server.signal": always,
  "server.configure": always,
  "journal.skip": unplayed("by journal.test.ts, and the log by audit.test.ts"),
  "role.create": always,
  "role.update": always,
  "role.delete": always,
  "role.reorder": always,
  "role.take": always,
  "role.drop": always,
  "channel.create": always,
  "channel.update": unlessWhisper,
  "channel.move": always,
  "channel.delete": always,
  // Whoever goes last ends a temporary channel, and nobody answers for that.
  "channel.leave": never,
  "thread.create": never,
  "thread.update": always,
  "thread.delete": always,
  "thread.join": never,
  "thread.leave": never,
  "poll.create": never,
  "poll.vote": never,
  "poll.end": (events, actorId) =>
    events.some((event) => event.type === "poll.ended" && event.poll.creatorId !== actorId),
  "user.add": always,
  "user.depart": byOthers,
  "user.erase": always,
  "user.nick": byOthers,
  "user.rename": byOthers,
  // Of oneself alone.
  "user.picture": never,
  // A list that is set anew and the same is told, and changes nothing.
  "user.assign": (events, actorId) =>
    events.some(
      (event) =>
        event.type === "user.assigned" &&
        (event.userId !== actorId || event.before.join() !== event.roleIds.join()),
    ),
  "user.token": never,
  "user.revoke": (events, actorId) => (actorId === undefined ? true : has(events, "token.ended")),
  "user.password": always,
  "user.reset": always,
  "link.code": never,
  "link.join": never,
  "link.remove": never,
  "invite.create": always,
  "invite.revoke": always,
  "session.open": unplayed(
    "who comes by an invite stands there as its user; nobody else does anything",
  ),
  "session.move": never,
  "session.close": never,
  // The rules kick whoever floods, and nobody answers for that.
  "session.flood": never,
  "status.set": never,
  "status.back": never,
  "message.post": never,
  "message.edit": never,
  "message.delete": always,
  "message.whisper": never,
  "message.announce": always,
  "reaction.add": never,
  "reaction.remove": never,
  "pin.add": always,
  "pin.remove": always,
  "moderation.kick": always,
  "moderation.ban": always,
  "moderation.unban": always,
  "moderation.silence": always,
  "moderation.unsilence": always,
  "moderation.refill": always,
  "unread.mark": never,
  "attachment.add": never,
  "attachment.delete": always,
  "emoji.add": always,
  "emoji.update": always,
  "emoji.delete": always,
  "webhook.create": always,
  "webhook.update": always,
  "webhook.renew": always,
  "webhook.delete": always,
  "webhook.post": never,
  "voice.join": never,
  "voice.leave": never,
  "voice.mute": never,
  "slash.register": never,
  "slash.call": never,
  "slash.respond": never,
  "push.subscribe": never,
  "push.unsubscribe": never,
  "typing.start": never,
  "canary.cross": never,
  // What an import brings was done elsewhere; the house that it furnishes is the operator's who runs it.
  "import.messages": never,
  "import.revise": never,
  "import.marks": never,
  "import.person": never,
  "import.merge": never,
  "import.silence": never,
  "import.push": never,
  "import.roles": never,
  "import.channel": never,
  "import.thread": never,
  "import.attachment": never,
  "import.emoji": never,
  "import.webhook": never,
};

const step: fc.Arbitrary<Step> = fc.tuple(fc.nat(99), fc.nat(9_999), fc.nat(9_999), fc.nat(9_999));
const run = fc.array(step, { minLength: 60, maxLength: 120, size: "max" });

/** Looks at what was stored for commands of a community, each by its id. */
class Book {
  readonly faults = new Map<string, string>();
  /** The sides that gave each type of act. */
  readonly met = new Map<string, Set<string>>();

  judge({ journal }: Community, given: ReadonlyMap<string, CommandType>): void {
    for (const { commit, at } of journal) {
      const { actor, userId, protocol = actor, commandId } = commit.cause;
      const type = given.get(commandId);
      if (type === undefined || (actor !== "user" && actor !== "operator")) continue;
      const entries = commit.events.flatMap((event) => auditOf(event, commit, { at }) ?? []);
      const wanted = laws[type](commit.events, userId);
      if (wanted !== null && wanted !== entries.length > 0) {
        const told = JSON.stringify({ userId, events: commit.events }).slice(0, 400);
        this.faults.set(`${type} of ${protocol}`, told);
      }
      if (wanted === true) this.met.set(type, (this.met.get(type) ?? new Set()).add(protocol));
    }
  }
}

const file = { fileId: "f" as FileId, size: 1, mime: "image/png", hash: "h" };

/** What chance comes to too seldom: of an owner by a protocol, and of an operator. */
function script(protocol: Protocol): Book {
  const at = new Community({ limits: { actsBurst: 0, actsPerMinute: 0 } });
  at.person("olga", "owner");
  at.person("ben");
  const olga = at.enter("olga", protocol);
  at.enter("ben", "sockchat");
  const given = new Map<string, CommandType>();
  let n = 0;
  const give = (command: Admitted): void => {
    given.set(command.id, command.body.type as CommandType);
    const decision = at.give(command);
    const isChange = decision.ok && decision.events.length > 0;
    assert.ok(isChange, `${command.body.type}: ${JSON.stringify(decision)}`);
  };
  const as = (body: Admitted["body"]): void => give(at.command(olga, body));
  const operator = (body: Admitted["body"]): void => {
    n += 1;
    give({ id: commandId("typed", n), body, actor: "operator", logged: true });
  };
  const both = (body: Admitted["body"]): void => (protocol === "sockchat" ? operator : as)(body);
  const target = "ben";
  for (const [round, by] of [as, operator].entries()) {
    by({ type: "moderation.silence", target, replace: false });
    by({ type: "moderation.unsilence", target });
    by({ type: "moderation.ban", target, addresses: false });
    by({ type: "moderation.unban", target });
    at.enter("ben", "sockchat");
    by({ type: "moderation.kick", target });
    at.enter("ben", "sockchat");
    by({ type: "user.nick", target, nickname: `Ben ${round}`, temporary: false });
    by({ type: "user.rename", target, name: `ben${round}` });
    by({ type: "user.rename", target: `ben${round}`, name: "ben" });
    by({ type: "moderation.refill", target });
    // Ben's session leaves the channel of the role that it loses.
    const name = `den${round}`;
    by({
      type: "role.create",
      name,
      description: null,
      color: null,
      hoisted: false,
      permissions: [],
      selfAssignable: true,
      category: null,
    });
    by({
      type: "channel.create",
      kind: "text",
      name,
      permissions: { view: [name, "owner"], send: [name, "owner"] },
    });
    by({ type: "user.assign", target, roles: [name], how: "add" });
    const ben = at.enter("ben", "sockchat");
    assert.ok(at.as(ben, { type: "session.move", channel: name }).ok);
    by({ type: "user.assign", target, roles: [name], how: "remove" });
  }
  as({ type: "role.take", role: "den0" });
  as({ type: "role.drop", role: "den0" });
  as({ type: "emoji.add", name: "one", file });
  const { emojiId } = [...at.state.emojis.values()][0] ?? {};
  assert.ok(emojiId);
  as({ type: "emoji.update", emojiId, name: "two" });
  as({ type: "emoji.delete", emojiId });
  as({ type: "webhook.create", channelId: at.place("general").channelId, name: "hook" });
  const { webhookId } = [...at.state.webhooks.values()][0] ?? {};
  assert.ok(webhookId);
  as({ type: "webhook.update", webhookId, name: "other" });
  as({ type: "webhook.renew", webhookId });
  both({ type: "webhook.delete", webhookId });
  const credentialId = "00000000-0000-4000-9000-000000000002" as CredentialId;
  operator({ type: "user.add", name: "eva", credentialId, roles: [], demo: false });
  operator({ type: "user.reset", target: "eva", credentialId });
  const inviteId = "i".repeat(16) as InviteId;
  operator({
    type: "invite.create",
    inviteId,
    code: "code",
    uses: 1,
    lifetimeMs: 1_000,
    roles: [],
    note: "",
  });
  operator({ type: "invite.revoke", inviteId });
  both({ type: "user.depart", target: "eva" });
  const book = new Book();
  book.judge(at, given);
  return book;
}

test("every act on others or on the house stands in the audit log, from both sides", () => {
  const books = protocols.map(script);
  const random = new Book();
  for (const steps of fc.sample(run, { seed: 13, numRuns: 30 })) {
    const given = new Map<string, CommandType>();
    const community = play(steps, (at, { command }) => {
      if (command.body.type in laws) given.set(command.id, command.body.type as CommandType);
      // As `dragoman` gives what an operator types.
      const isTyped = command.actor === "operator" && !command.body.type.startsWith("import.");
      at.give(isTyped ? { ...command, logged: true } : command);
    });
    random.judge(community, given);
  }
  for (const { faults } of [...books, random]) assert.deepEqual([...faults], []);
  const met = new Set([...books, random].flatMap((book) => [...book.met.keys()]));
  const unmet = commandTypes.filter((type) => !met.has(type) && laws[type] !== never);
  assert.deepEqual(unmet, ["journal.skip", "session.open"]);
});
