/** What the model of the audience knows: rooms, roles, who may view what, and which word belongs to which room. */

export const people = ["ann", "bob", "cat"] as const;
export type Name = (typeof people)[number];
export const extraRoles = ["red", "blue"] as const;

export type Side = "originchats" | "sockchat";
export type Kind = "text" | "forum" | "voice";

/** A channel as the model has it. */
export interface Room {
  readonly name: string;
  readonly kind: Kind;
  view: readonly string[];
  /** People have rank 1. */
  minRank: number;
  password: string | undefined;
  /** Who has given the password. */
  readonly admitted: Set<Name>;
  /** Of a voice channel: who is in the call. */
  readonly inside: Set<Name>;
  /** Of a forum: its threads' ids. */
  readonly threads: string[];
  /** Of what two people say to each other alone. */
  readonly pair?: readonly Name[];
}
/** The rank of everybody in the model, whatever their roles. */
const rank = 1;

/** A text channel that nothing is known of yet. */
export function newRoom(name: string, kind: Kind, view: readonly string[]): Room {
  return {
    name,
    kind,
    view,
    minRank: 0,
    password: undefined,
    admitted: new Set(),
    inside: new Set(),
    threads: [],
  };
}

/** Whether roles are on a list: any `!role` refuses. */
function allows(list: readonly string[], roles: readonly string[]): boolean {
  return roles.some((role) => list.includes(role)) && !roles.some((r) => list.includes(`!${r}`));
}

/** What a person must do to receive a word: names of channels with a password are listed on Sock Chat. */
export function needOf(word: string, side: Side): "sees" | "views" | "inside" {
  if (word.startsWith("peer")) return "inside";
  return side === "sockchat" && /^(room|thread)q/.test(word) ? "sees" : "views";
}

export class Model {
  readonly #roles = new Map<Name, readonly string[]>(people.map((name) => [name, ["user"]]));
  /** What the extra roles are called at this moment. */
  readonly labels = new Map<string, string>(extraRoles.map((name) => [name, name]));
  readonly rooms: Room[] = [];
  readonly pairs: Room[] = [];
  /** Which word belongs to which room, also after its end. */
  readonly words = new Map<string, Room>();
  #count = 0;

  /** A word that occurs nowhere else; of a room, where it is one's. */
  word(kind: string, room?: Room): string {
    this.#count += 1;
    const word = `${kind}q${this.#count}z`;
    if (room !== undefined) this.words.set(word, room);
    return word;
  }

  rolesOf(name: Name): readonly string[] {
    return this.#roles.get(name) ?? [];
  }

  assign(name: Name, roles: readonly string[]): void {
    this.#roles.set(name, roles);
  }

  /** Whether a room is listed for a person on Sock Chat, and may be entered there. */
  sees(name: Name, room: Room): boolean {
    if (room.pair !== undefined) return room.pair.includes(name);
    const listed = this.rooms.includes(room) && allows(room.view, this.rolesOf(name));
    return listed && room.minRank <= rank;
  }

  /** Whether a person may know of what is in a room. */
  views(name: Name, room: Room): boolean {
    return this.sees(name, room) && (room.password === undefined || room.admitted.has(name));
  }

  /** Lists of roles as they are called now. */
  called(roles: readonly string[]): readonly string[] {
    return roles.map((role) => {
      const [, mark = "", name = ""] = /^(!?)(.*)$/.exec(role) ?? [];
      return `${mark}${this.labels.get(name) ?? name}`;
    });
  }

  room(n: number): Room | undefined {
    return this.rooms[n % Math.max(1, this.rooms.length)];
  }

  /** Who sees, views and is inside of which rooms. */
  seen(): ReadonlySet<string> {
    const seen = new Set<string>();
    for (const name of people) {
      for (const room of [...this.rooms, ...this.pairs]) {
        if (this.sees(name, room)) seen.add(`sees ${name} ${room.name}`);
        if (this.views(name, room)) seen.add(`views ${name} ${room.name}`);
        if (room.inside.has(name)) seen.add(`inside ${name} ${room.name}`);
      }
    }
    return seen;
  }

  /** Whoever may view a call's channel no longer is out of it. */
  settle(): void {
    for (const room of this.rooms) {
      for (const name of room.inside) if (!this.views(name, room)) room.inside.delete(name);
    }
  }
}
