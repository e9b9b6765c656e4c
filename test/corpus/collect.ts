/** What both sides really get of the messages of the corpus, over sockets of a whole stack. */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { dataUri, png } from "../support/picture.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import { portOf, type Stack } from "../support/stack.ts";
import type { Message, Shown, Side } from "./golden.ts";

/** What a stack needs so that it can be said all at once. */
export const config = {
  limits: { messagesPerMinute: 0, burstLimit: 0, postContent: 10_000 },
  originchats: { url: "https://chat.example.org", floodWarn: 1_000_000, floodClose: 1_000_000 },
  sockchat: { floodWarn: 1_000_000, floodKick: 1_000_000 },
} as const;

/** A person on each side who speaks, and one on each who listens. */
export class Speakers {
  readonly #ada: OriginchatsClient;
  readonly #ben: SockchatClient;
  readonly #mona: OriginchatsClient;
  readonly #olga: SockchatClient;

  private constructor(
    [ada, mona]: readonly [OriginchatsClient, OriginchatsClient],
    [ben, olga]: readonly [SockchatClient, SockchatClient],
  ) {
    this.#ada = ada;
    this.#mona = mona;
    this.#ben = ben;
    this.#olga = olga;
  }

  static async in({ originchats, sockchat }: Stack): Promise<Speakers> {
    const oc = (name: string) => OriginchatsClient.signIn(portOf(originchats), name);
    const sc = (name: string) => SockchatClient.signIn(portOf(sockchat), name);
    const owner = await oc("olga");
    await owner.ask({ cmd: "emoji_add", name: "wave", image: dataUri("image/png", png) });
    await owner.close();
    return new Speakers([await oc("ada"), await oc("mona")], [await sc("ben"), await sc("olga")]);
  }

  /** The same message with what both sides get of it now. */
  async say(message: Message): Promise<Message> {
    const shown: Partial<Record<Side, Shown>> = {};
    for (const side of message.on) shown[side] = await this.#sayOn(side, message);
    return { ...message, shown };
  }

  async #sayOn(side: Side, { typed, name }: Message): Promise<Shown> {
    if (side === "oc") this.#ada.say("general", typed);
    // Clients of Sock Chat send no tab: it separates the fields.
    else this.#ben.say(typed.replaceAll("\t", "    "));
    try {
      const [packet, line] = await Promise.all([
        this.#mona.next("message_new"),
        this.#olga.next("2", ([, , author]) => author !== "-1"),
      ]);
      const { content } = packet["message"] as { readonly content: string };
      return { oc: content, sc: line[3] ?? "" };
    } catch (cause) {
      throw new Error(`${name}: not posted from ${side}`, { cause });
    }
  }

  end(): void {
    for (const { socket } of [this.#ada, this.#ben, this.#mona, this.#olga]) socket.terminate();
  }
}
