/** How each recording of OriginChats was set up: settings, people and what lay in the channels already. */
import type { Overrides } from "../support/part.ts";

export interface Setting {
  /** Nobody and nothing there but what a fresh server has. */
  readonly fresh?: boolean;
  /** Leaves the first line of each channel, and so the moderation log empty. */
  readonly unswept?: boolean;
  readonly providers?: readonly ("local" | "rotur" | "token")[];
  readonly allowRegistration?: boolean;
  readonly uploadBytesMax?: number;
  /** The heartbeat is part of the recording, and comes as often as this. */
  readonly pingMs?: number;
  readonly limits?: Overrides["limits"];
  /** Roles besides `user`. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Whose only role was deleted. */
  readonly roleless?: readonly string[];
  readonly banned?: readonly string[];
  /** Accounts of Rotur that had been there before, by name. */
  readonly rotur?: readonly string[];
  /** So many messages in `general`: `message <n>`, every third by ada, the others by bob. */
  readonly stored?: number;
  /** The last stored ones as the recording has them: replies, a reaction, an edit, an author who is gone. */
  readonly furnished?: boolean;
  /** Where the recording waits a limit out: what follows is played in another house, without that limit. */
  readonly secondAct?: SecondAct;
}

export interface SecondAct {
  /** Ends the first act. */
  readonly untilLine: number;
  /** Begins the second, after everybody has signed in. */
  readonly sinceLine: number;
  readonly limits: Overrides["limits"];
}

const limiter = { messagesPerMinute: 60, burstLimit: 10, cooldownMs: 30_000 };
const cydRules = { cyd: ["admin"] };

const settings: readonly (readonly [files: RegExp, Setting])[] = [
  [/^01/, { fresh: true }],
  [/^02/, { providers: ["local", "rotur"], rotur: ["zed"], banned: ["bob"], roleless: ["cyd"] }],
  [/^03a/, { fresh: true, providers: ["rotur"] }],
  [/^03b/, { allowRegistration: false, providers: ["local"] }],
  [/^(04|33)/, { providers: ["local", "rotur"] }],
  [/^15/, { providers: ["local", "rotur"], uploadBytesMax: 20_000 }],
  [/^08/, { stored: 60, limits: { searchResults: 5 } }],
  [/^09/, { stored: 260, furnished: true }],
  [/^12/, { roles: { cyd: ["moderator"] } }],
  [/^(17|31)/, { unswept: true, roles: { cyd: ["admin"], bot: ["moderator"] } }],
  [/^(20|22|24|27|28|30)/, { roles: cydRules }],
  [
    /^23/,
    {
      roles: cydRules,
      limits: { ...limiter, messagesPerMinute: 8, burstLimit: 4, cooldownMs: 2_000 },
      secondAct: {
        untilLine: 69,
        sinceLine: 53,
        limits: { ...limiter, messagesPerMinute: 8, burstLimit: 0 },
      },
    },
  ],
  [/^21/, { roles: cydRules, limits: { ...limiter, messagesPerMinute: 100, burstLimit: 50 } }],
  [/^34/, { pingMs: 500 }],
  [/^(25|36)/, { roles: cydRules, limits: limiter }],
];

/** @param file the recording's name */
export function settingOf(file: string): Setting {
  return settings.find(([files]) => files.test(file))?.[1] ?? {};
}
