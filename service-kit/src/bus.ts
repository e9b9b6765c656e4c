/**
 * The bus: one NATS connection with the settings that docs/journal.md 6.1 asks for, and requests over an inbox of
 * one's own (8-12 µs of client CPU against 22-52 of the library's `request`). Every call has its own limit.
 */
import { payloadBytesMax } from "@dragoman/bus-schema";
import {
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import {
  headers as createHeaders,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nuid,
} from "@nats-io/transport-node";
import {
  type Absence,
  type BusAddress,
  dropSocket,
  isRefused,
  openConnection,
  sayOtherUser,
  sayTooMany,
  sayUnconnected,
  sayWithoutStore,
} from "./bus-connection.ts";
import { BusError } from "./bus-error.ts";
import { mayHear } from "./bus-rights.ts";
import type { Logger } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";
import { isUnled, whileUnled } from "./unled.ts";

export { BusError, type KV, type Msg };

export interface BusOptions extends BusAddress {
  readonly logger: Logger;
}

export interface Reply {
  readonly data: Uint8Array;
  /** A header of the (last part of the) reply, "" when absent; of several of the name the first, or the last. */
  header(name: string, which?: "last"): string;
  /** NATS's own status, such as 404 of a direct get; 0 for an ordinary reply. */
  readonly status: number;
}

interface Waiting {
  readonly subject: string;
  /** Runs out unless somebody takes the request. */
  readonly untaken?: NodeJS.Timeout;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: BusError) => void;
  readonly timer: NodeJS.Timeout;
  parts: Uint8Array[] | undefined;
}

const storages = { file: StorageType.File, memory: StorageType.Memory } as const;

/** Header of one part of a long reply: `<index from 1>/<count>`. */
const partHeader = "Dragoman-Part";
/** Header of the word that somebody has taken a request. */
const takenHeader = "Dragoman-Taken";

/** A subscription; its handler runs by callback, never through an unbounded iterator (docs/journal.md 4.7). */
export interface Subscription {
  unsubscribe(): void;
}

export class Bus {
  readonly connection: NatsConnection;
  readonly #options: BusOptions;
  readonly #logger: Logger;
  readonly #inbox: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #absence: Absence;
  #next = 0;
  #connected = true;
  #isClosing = false;
  /** What was last said of the connection: told once, not at each try. */
  #said = "";

  private constructor(connection: NatsConnection, absence: Absence, options: BusOptions) {
    this.connection = connection;
    this.#options = options;
    this.#logger = options.logger;
    this.#absence = absence;
    this.#inbox = `_INBOX_${options.name}.${nuid.next()}`;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error) this.#logger.error({ err: error }, "reply inbox");
        else this.#settle(message);
      },
    });
    void this.#watch();
  }

  /**
   * Connects, retrying the first time as long as `patienceMs`. Afterwards it reconnects for ever.
   * @throws OperatorError with the setting to look at, also where the user is another service's
   */
  static async connect(options: BusOptions, patienceMs = 10_000): Promise<Bus> {
    const absence: Absence = { sinceMs: undefined };
    const connection = await openConnection(options, absence, patienceMs);
    // The permissions of each service's user hold its own inbox, in which another would wait for answers for ever.
    const inbox = `_INBOX_${options.name}.${nuid.next()}`;
    // A connection that is lost meanwhile has told nothing, and comes back.
    if (!(await mayHear({ connection }, inbox).catch(() => true))) {
      await connection.close();
      throw new OperatorError(sayOtherUser(options), 1);
    }
    absence.sinceMs = undefined;
    return new Bus(connection, absence, options);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Tells of every loss and return of the connection. */
  onConnection(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Leaves the connection for a new one. Resolves when that is there, or `signal` aborts. */
  renew(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        unlisten();
        resolve();
      };
      const unlisten = this.onConnection((connected) => {
        if (connected) done();
      });
      signal.addEventListener("abort", done, { once: true });
      void this.connection.reconnect();
    });
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      const { type } = status;
      if (type === "staleConnection" || type === "forceReconnect") dropSocket(this.connection);
      if (type === "disconnect") this.#report(false);
      else if (type === "reconnect") this.#report(true);
      else if (type === "error") this.#complain(status.error);
    }
    const why = await this.connection.closed();
    // It gives up for no reason that is known here: a process without its bus is of no use.
    if (!this.#isClosing) throw new Error("the bus has closed by itself", { cause: why });
  }

  #complain(error: Error): void {
    if (this.#said === error.message) return;
    this.#said = error.message;
    if (isRefused(error)) this.#logger.error(sayUnconnected(error, this.#options));
    else this.#logger.warn({ data: error.message }, "bus error");
  }

  #report(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) {
      this.#absence.sinceMs = undefined;
      this.#said = "";
    }
    this.#logger.warn({ connected }, connected ? "bus is back" : "bus is lost");
    for (const listener of this.#listeners) listener(connected);
  }

  #settle(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    const status = message.headers?.code ?? 0;
    if (status === 503 && message.data.length === 0) {
      this.#finish(token, waiting);
      waiting.reject(new BusError("no_responders", waiting.subject));
      return;
    }
    if (message.headers?.has(takenHeader)) {
      clearTimeout(waiting.untaken);
      return;
    }
    const part = message.headers?.get(partHeader) ?? "";
    let data = message.data;
    if (part !== "") {
      const [index = 1, count = 1] = part.split("/").map(Number);
      waiting.parts ??= [];
      waiting.parts[index - 1] = data;
      if (waiting.parts.filter((bytes) => bytes !== undefined).length < count) return;
      data = Buffer.concat(waiting.parts);
    }
    this.#finish(token, waiting);
    const headers = message.headers;
    const header: Reply["header"] = (name, which) =>
      (which === "last" ? headers?.values(name).at(-1) : headers?.get(name)) ?? "";
    waiting.resolve({ data, status, header });
  }

  #finish(token: string, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    clearTimeout(waiting.untaken);
    this.#waiting.delete(token);
  }

  /**
   * Asks and waits. Long answers come in parts and are joined. `takenMs`: nobody serves the subject if by then nobody
   * has taken the request (`take`), for a server does not always tell across accounts.
   * @throws BusError `timeout`, `no_responders`, `too_large`, `closed`
   */
  request(
    subject: string,
    data: Uint8Array,
    options: {
      readonly timeoutMs: number;
      readonly takenMs?: number;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.connection.isClosed()) {
        reject(new BusError("closed", subject));
        return;
      }
      if (data.length > payloadBytesMax) {
        reject(new BusError("too_large", subject));
        return;
      }
      const token = String(++this.#next);
      const giveUp = (why: BusError["why"]) => () => {
        this.#finish(token, waiting);
        reject(new BusError(why, subject));
      };
      const waiting: Waiting = {
        subject,
        resolve,
        reject,
        timer: setTimeout(giveUp("timeout"), options.timeoutMs),
        parts: undefined,
        ...(options.takenMs === undefined
          ? {}
          : { untaken: setTimeout(giveUp("no_responders"), options.takenMs) }),
      };
      this.#waiting.set(token, waiting);
      this.#send(subject, data, options.headers, `${this.#inbox}.${token}`);
    });
  }

  /** At most once; lost without a word while the connection is away. */
  publish(subject: string, data: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    if (this.connection.isClosed()) return;
    this.#send(subject, data, headers);
  }

  #send(
    subject: string,
    data: Uint8Array,
    headers: Readonly<Record<string, string>> | undefined,
    reply?: string,
  ): void {
    let native: MsgHdrs | undefined;
    if (headers !== undefined) {
      native = createHeaders();
      for (const [name, value] of Object.entries(headers)) native.set(name, value);
    }
    this.connection.publish(subject, data, {
      ...(native ? { headers: native } : {}),
      ...(reply ? { reply } : {}),
    });
  }

  /** Tells whoever asks that the request is here, and the answer will come. */
  take(message: Msg): void {
    if (message.reply === undefined || message.reply === "" || this.connection.isClosed()) return;
    this.#send(message.reply, new Uint8Array(), { [takenHeader]: "1" });
  }

  /** Answers a request; what exceeds one payload goes in parts. */
  respond(message: Msg, data: Uint8Array): void {
    if (message.reply === undefined || message.reply === "" || this.connection.isClosed()) return;
    const size = payloadBytesMax / 2;
    if (data.length <= size) {
      this.#send(message.reply, data, undefined);
      return;
    }
    const count = Math.ceil(data.length / size);
    for (let index = 0; index < count; index += 1) {
      this.#send(message.reply, data.subarray(index * size, (index + 1) * size), {
        [partHeader]: `${index + 1}/${count}`,
      });
    }
  }

  /** Hears a subject. A handler that throws costs that message alone and is logged. */
  subscribe(
    subject: string,
    handler: (message: Msg) => void,
    options: { readonly queue?: string } = {},
  ): Subscription {
    const subscription = this.connection.subscribe(subject, {
      ...(options.queue ? { queue: options.queue } : {}),
      callback: (error, message) => {
        if (error) {
          this.#logger.error({ err: error, subject }, "subscription");
          return;
        }
        try {
          handler(message);
        } catch (thrown) {
          this.#logger.error({ err: thrown, subject: message.subject }, "handler failed");
        }
      },
    });
    return { unsubscribe: () => subscription.unsubscribe() };
  }

  /**
   * Hears requests. What the server's store sends is no request: whoever may have a record sent could choose where
   * to, and so speak as somebody else (docs/journal.md 4.2). It is passed over.
   */
  serve(
    subject: string,
    handler: (message: Msg) => void,
    options: { readonly queue?: string } = {},
  ): Subscription {
    const take = (message: Msg): void => {
      if (!isFromStore(message)) handler(message);
      else this.#logger.warn({ subject: message.subject }, "a record of the store is no request");
    };
    return this.subscribe(subject, take, options);
  }

  /** @throws OperatorError where the user has no store */
  async requireStore(): Promise<void> {
    await whileUnled(() => this.#manager());
  }

  async #manager(): Promise<JetStreamManager> {
    try {
      return await jetstreamManager(this.connection, { timeout: 5_000 });
    } catch (error) {
      if (isUnled(error)) throw error;
      throw new OperatorError(sayWithoutStore(error, this.#options), 1, { cause: error });
    }
  }

  /**
   * Makes a stream or takes the present one. The server drops options that it does not know without a word,
   * so what it returns is compared with what was asked.
   * @param replicas how many servers keep one that is made; of one that is there `keepReplicas` says it
   * @param description what one that is made is called besides; one that is there keeps its own
   * @throws OperatorError naming the option that differs, or the user who has no store
   */
  ensureStream(
    config: Partial<StreamConfig> & { name: string },
    replicas = 1,
    description = "",
  ): Promise<void> {
    return whileUnled(() => this.#ensureStream(config, replicas, description));
  }

  async #ensureStream(
    config: Partial<StreamConfig> & { name: string },
    replicas: number,
    description: string,
  ): Promise<void> {
    const manager = await this.#manager();
    const info = await manager.streams.info(config.name).catch((error: unknown) => {
      if (String(error).includes("stream not found")) return null;
      throw error;
    });
    const whole = { ...config, num_replicas: replicas, ...(description && { description }) };
    const add = async () => (await manager.streams.add(whole)).config;
    const got = info ? info.config : await add().catch(refusedBy(replicas));
    for (const [key, wanted] of Object.entries(config)) {
      const have = (got as unknown as Record<string, unknown>)[key];
      if (JSON.stringify(have) !== JSON.stringify(wanted)) {
        throw new OperatorError(
          `stream ${config.name}: the NATS server keeps ${key} = ${JSON.stringify(have)}, wanted is ${JSON.stringify(wanted)}`,
        );
      }
    }
  }

  /**
   * Opens a bucket, made at the first call; `limitMs` bounds each operation on it, `replicas` is how many servers keep
   * one that is made, `storage` where, and `history` how many values of a key. Its keys are read from the stream's leader, never by direct get, which any
   * copy may answer.
   */
  async bucket(
    name: string,
    limitMs: number,
    replicas = 1,
    storage: "file" | "memory" = "file",
    history = 1,
  ): Promise<KV> {
    const patient = jetstream(this.connection, { timeout: 5_000 });
    const config = { history, storage: storages[storage], replicas };
    await whileUnled(() => new Kvm(patient).create(name, config).catch(refusedBy(replicas)));
    return new Kvm(jetstream(this.connection, { timeout: limitMs })).open(name);
  }

  /**
   * The keys of a bucket that begin with so many whole parts of a name, those too that were deleted and left a mark. They
   * are asked for, not followed: a consumer would stay in the server's store for minutes after each look.
   * @param prefix `"a."`, say
   */
  async keys(bucket: string, prefix: string, limitMs: number): Promise<readonly string[]> {
    const options = { timeout: limitMs, checkAPI: false };
    const manager = await jetstreamManager(this.connection, options);
    const before = `$KV.${bucket}.`;
    const filter = { subjects_filter: `${before}${prefix}>` };
    const { state } = await manager.streams.info(`KV_${bucket}`, filter);
    return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(before.length));
  }

  /** Takes a key out of a bucket for good: unlike the bucket's own `delete` it leaves no mark behind. */
  async forget(bucket: string, key: string, limitMs: number): Promise<void> {
    const options = { timeout: limitMs, checkAPI: false };
    const manager = await jetstreamManager(this.connection, options);
    await manager.streams.purge(`KV_${bucket}`, { filter: `$KV.${bucket}.${key}` });
  }

  /** Waits until the server has seen everything published so far. */
  flush(): Promise<void> {
    return this.connection.flush();
  }

  /** Ends the connection; requests under way are refused as `closed`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const [token, waiting] of this.#waiting) {
      this.#finish(token, waiting);
      waiting.reject(new BusError("closed", waiting.subject));
    }
    if (!this.connection.isClosed()) {
      await this.connection.close();
    }
  }
}

/** Says of an error in words for an operator that so many replicas cannot be had. */
function refusedBy(replicas: number): (error: unknown) => never {
  return (error) => {
    const isApi = error instanceof JetStreamApiError;
    const why = isApi ? sayTooMany(error.code, error.message, replicas) : undefined;
    throw why === undefined ? error : new OperatorError(why, 1, { cause: error });
  };
}

/** Whether the server's store has sent a message: its records carry their place, its refusals a status. */
function isFromStore({ headers }: Msg): boolean {
  if (headers === undefined) return false;
  return headers.code !== 0 || headers.has("Nats-Stream") || headers.has("Nats-Sequence");
}
