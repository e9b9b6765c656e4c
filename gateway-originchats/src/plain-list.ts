/** `roles_list` (part 3, 2.1) and `emoji_get_all` (part 3, section 8), the same for all who ask: made once per change. */
import type { Event } from "@dragoman/bus-schema";
import type { Roster, RosterExtension, Step } from "@dragoman/gateway-kit";
import { rolesList } from "./packet.ts";
import { emojisAs } from "./packet-emoji.ts";
import { encode, tailOf } from "./wire.ts";

/** Bytes of a piece, at most. */
const pieceBytes = 32 * 1024;

interface Made {
  readonly change: number;
  /** All but the closing brace. */
  readonly pieces: readonly Buffer[];
}

const builders = {
  roles: rolesList,
  emojis: emojisAs("emoji_get_all"),
  newerEmojis: emojisAs("emoji_list"),
};
type Which = keyof typeof builders;

export class PlainLists implements RosterExtension {
  readonly #roster: Roster;
  readonly #made = new Map<Which, Made>();
  #emojiChange = 0;

  constructor(of: Roster) {
    this.#roster = of;
  }

  before({ type }: Event): void {
    if (type === "emoji.added" || type === "emoji.updated" || type === "emoji.deleted") {
      this.#emojiChange += 1;
    }
  }

  *make(which: Which, listener: string | undefined): Generator<void, readonly Buffer[]> {
    // What follows is of one moment.
    yield;
    const change = which === "roles" ? this.#roster.roleEpoch : this.#emojiChange;
    const known = this.#made.get(which);
    const made = known?.change === change ? known : this.#build(which, change);
    return [...made.pieces, Buffer.from(tailOf("}", listener))];
  }

  #build(which: Which, change: number): Made {
    const bytes = Buffer.from(encode(builders[which](this.#roster)).slice(0, -1));
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      pieces.push(bytes.subarray(at, at + pieceBytes));
    }
    const made = { change, pieces };
    this.#made.set(which, made);
    return made;
  }
}

/** The step that sends it to somebody who asks. */
export const plainStep = (which: Which, listener: string | undefined): Step => ({
  do: "list",
  make: ({ roster }) => roster.extension(PlainLists).make(which, listener),
});
