/** People, sessions, channels and bans, as the state of a recording has them. */
import type { Step } from "../recording.ts";
import type { Seed } from "../seed.ts";
import type { Shown } from "./packet.ts";

export interface Person {
  readonly id: string;
  /** The account's name as it is shown. */
  readonly account: string;
  /** With the mark of somebody who is away. */
  name: string;
  /** The same as the original shows it. */
  theirName: string;
  color: string;
  perms: string;
}

export interface Session {
  readonly who: string;
  readonly id: string;
  /** Its place in the order in which sessions began. */
  readonly since: number;
  /** The packet that signed it in. */
  readonly auth: string;
  channel: string;
  /** Where the original has it. */
  theirChannel: string;
}

/** A line that the backlog keeps. */
export interface Line {
  /** Its number in the recording. */
  readonly number: string;
  readonly seconds: string;
  readonly author: string;
  readonly body: string;
  readonly flags: string;
}

export interface Channel {
  readonly name: string;
  hasPassword: boolean;
  /** As it was typed; empty: there is none. */
  password: string;
  readonly isTemporary: boolean;
  rank: number;
  /** The number of who made it. */
  readonly owner: string;
  lines: readonly Line[];
}

export interface Ban {
  readonly account: string;
  /** By the clock of the recording; null: for ever. */
  readonly until: number | null;
  /** What is barred besides. */
  readonly addresses: readonly string[];
}

export const shown = ({ id, name, color, perms }: Person): Shown => [id, name, color, perms];

export const rankOf = ({ perms }: Pick<Person, "perms">): number => Number(perms.split("\f")[0]);

const holds = (person: Person, at: number): boolean =>
  (person.perms.split("\f")[at] ?? "0") !== "0";

export const isModerator = (person: Person): boolean => holds(person, 1);

/** Whether the channels that somebody makes are permanent. */
export const makesPermanent = ({ perms }: Person): boolean => perms.split("\f")[4] === "2";

const mark = /^&lt;.*?&gt;_/;

export const isAway = ({ name }: Pick<Person, "name">): boolean => mark.test(name);

/** What somebody is called, without the mark. */
export const calledOf = ({ name }: Pick<Person, "name">): string => name.replace(mark, "");

/** Ranks of our roles from the highest; all that follow, and `user`, have the last. */
const roleRanks = [10, 8, 5, 1] as const;

/** Which rank here stands for which rank of the site, by the people of the seed. */
export function ranksOf(seed: Seed, steps: readonly Step[]): ReadonlyMap<number, number> {
  const ranks = new Map<number, number>();
  const answers = steps.flatMap(({ site }) => site.map(({ answer }) => answer));
  for (const answer of answers) {
    const [, id, rank] = /^yes([0-9]+)\n.*\n.*\n([0-9]+)\f/.exec(answer) ?? [];
    const person = seed.people.find(({ identity }) => identity?.id === id);
    if (person === undefined) continue;
    const own = person.roles.map((role) => {
      const at = (seed.roles ?? []).findIndex(({ name }) => name === role);
      return roleRanks[at] ?? 1;
    });
    ranks.set(Number(rank), Math.max(1, ...own));
  }
  return ranks;
}
