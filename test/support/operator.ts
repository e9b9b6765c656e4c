/** An operator on the bus: makes accounts and channels for a test, and asks who leads. */
import { randomUUID } from "node:crypto";
import {
  type Command,
  CommandReply,
  commandId,
  decode,
  encode,
  HeartbeatReply,
  operatorGateway,
  subject,
} from "@dragoman/bus-schema";
import { hashPassword, storeCredential } from "@dragoman/core";
import { Bus, BusError, createLogger } from "@dragoman/service-kit";
import { DeadlineError, patientMs } from "@dragoman/testing/deadline";
import { community, type NatsServer } from "@dragoman/testing/nats";

const limitMs = 15_000;
const tryMs = 500;

export interface Operator {
  readonly bus: Bus;
  /** A connection with core's rights, for what the operator may not see. */
  readonly coreBus: Bus;
  /** The term of the present leader; waits for one. */
  term(): Promise<number>;
  /** Gives a command, again and again until it is answered (docs/journal.md 3.2). */
  command(body: Command): Promise<CommandReply>;
  /** Gives a command that must be accepted. */
  mustAccept(body: Command): Promise<void>;
  /** Makes a local account with that password. */
  addUser(name: string, roles?: readonly string[], password?: string): Promise<void>;
  /** Makes a text channel that people with these roles see and write in. */
  addChannel(name: string, roles: readonly string[], kind?: "text" | "voice"): Promise<void>;
  close(): Promise<void>;
}

export async function connectOperator(nats: NatsServer): Promise<Operator> {
  const logger = createLogger("silent", "operator");
  const open = (user: "operator" | "core"): Promise<Bus> =>
    Bus.connect({ url: nats.url, name: user, logger, ...nats.credentials(user) });
  const [bus, coreBus] = await Promise.all([open("operator"), open("core")]);
  const origin = `test_${randomUUID()}`;
  let n = 0;

  /** Runs one request until it is answered; only a bus without an answer is a reason to try again. */
  async function insist<T>(what: string, request: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + patientMs(limitMs);
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (performance.now() > deadline) throw new DeadlineError(`${what}: ${error.message}`);
        if (error.why === "no_responders") await new Promise((wait) => setTimeout(wait, 50));
      }
    }
  }

  async function term(): Promise<number> {
    const data = await insist("a leader", async () => {
      const about = subject.heartbeat(community, operatorGateway);
      return (await bus.request(about, encode({ v: 1, applied: 0 }), { timeoutMs: tryMs })).data;
    });
    const reply = decode(HeartbeatReply, data);
    if (!reply.ok) throw new Error(`heartbeat: ${reply.why}`);
    return reply.value.term;
  }

  async function command(body: Command): Promise<CommandReply> {
    const id = commandId(origin, ++n);
    const data = await insist(body.type, async () => {
      const to = subject.command(community, await term(), operatorGateway, body.type);
      const envelope = { v: 1, id, waitMs: limitMs, body };
      return (await bus.request(to, encode(envelope), { timeoutMs: tryMs })).data;
    });
    const reply = decode(CommandReply, data);
    if (!reply.ok) throw new Error(`${body.type}: ${reply.why}`);
    return reply.value;
  }

  async function mustAccept(body: Command): Promise<void> {
    const reply = await command(body);
    if (!reply.ok) throw new Error(`${body.type}: ${JSON.stringify(reply.rejection)}`);
  }

  return {
    bus,
    coreBus,
    term,
    command,
    mustAccept,
    async addUser(name, roles = ["user"], password = "dragoman") {
      const hash = await hashPassword(password);
      const credentialId = await insist(name, () => storeCredential(bus, community, hash));
      await mustAccept({ type: "user.add", name, credentialId, roles: [...roles], demo: false });
    },
    async addChannel(name, roles, kind = "text") {
      const list = [...roles];
      await mustAccept({
        type: "channel.create",
        kind,
        name,
        permissions: { view: list, send: list },
      });
    },
    async close() {
      await Promise.all([bus.close(), coreBus.close()]);
    },
  };
}
