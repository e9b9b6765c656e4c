/** Many people at once, each with an account and a socket of their own, who are shown whatever comes and say nothing. */
import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";
import { type RoturStand, startRotur } from "../support/rotur.ts";
import { type SiteStand, siteSecret, startSite } from "../support/site.ts";

/** Comings in at once. */
const atOnce = 8;
const limitMs = 60_000;

/** They come by others' word, since a check of a password is dear: half from Rotur, half from a site. */
export class Crowd {
  readonly #rotur: RoturStand;
  readonly #site: SiteStand;
  readonly #sockets: WebSocket[] = [];

  private constructor(rotur: RoturStand, site: SiteStand) {
    this.#rotur = rotur;
    this.#site = site;
  }

  static async start(): Promise<Crowd> {
    return new Crowd(await startRotur(), await startSite("sharpchat"));
  }

  /** What every part must be told for them to come in. */
  get config() {
    return {
      accounts: {
        providers: ["local", "token", "site", "rotur"] as ("local" | "token" | "site" | "rotur")[],
      },
      // So that there are some of a small journal too.
      snapshots: { everyRecords: 100, historyRecords: 100 },
      rotur: { url: this.#rotur.url },
      site: { url: this.#site.base, secret: siteSecret },
      limits: {
        connectionsPerAddress: 1_000_000,
        registrationsPerHour: 0,
        messagesPerMinute: 0,
        actsPerMinute: 0,
      },
    };
  }

  /** Signs so many in on each side. Resolves when all are in. */
  async enter(originchats: number, sockchat: number, count: number): Promise<void> {
    const waiting = Array.from({ length: count }, (_, n) => n + 1);
    const comeIn = async (): Promise<void> => {
      for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) {
        await Promise.all([this.#onOriginchats(originchats, n), this.#onSockchat(sockchat, n)]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, comeIn));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await Promise.all([this.#rotur.stop(), this.#site.stop()]);
  }

  #onOriginchats(port: number, n: number): Promise<void> {
    return this.#open(port, (text, send) => {
      const packet = JSON.parse(text) as { readonly cmd: string; readonly val?: unknown };
      const { cmd } = packet;
      if (cmd === "handshake") {
        const { validator_key: key } = (packet.val ?? packet) as { readonly validator_key: string };
        const validator = this.#rotur.validator(key, `rotur-${n}`, `rotur${n}`);
        send(JSON.stringify({ cmd: "auth", validator }));
      }
      if (cmd === "auth_error") throw new Error(text);
      return cmd === "ready";
    });
  }

  #onSockchat(port: number, id: number): Promise<void> {
    const token = `site-${id}`;
    this.#site.members.set(token, { id, name: `site${id}`, token });
    return this.#open(
      port,
      (text) => {
        const [kind, outcome] = text.split("\t");
        if (kind === "1" && outcome === "n") throw new Error(text);
        return kind === "1" && outcome === "y";
      },
      `1\t${id}\t${token}`,
    );
  }

  async #open(
    port: number,
    isIn: (text: string, send: (text: string) => void) => boolean,
    hello?: string,
  ): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
    this.#sockets.push(socket);
    const entered = new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
      socket.once("open", () => hello !== undefined && socket.send(hello));
      socket.on("message", (data: Buffer) => {
        try {
          if (!isIn(data.toString(), (text) => socket.send(text))) return;
          socket.removeAllListeners("message");
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    await within(limitMs, "somebody of the crowd is in", entered);
  }
}
