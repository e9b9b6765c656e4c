/** Recordings of OriginChats that are replayed only up to a line, and why. */
export interface Part {
  /** The recording, by its number. */
  readonly file: string;
  /** The first line that is not replayed. */
  readonly untilLine: number;
  readonly reason: string;
}

export const parts: readonly Part[] = [
  { file: "26", untilLine: 22, reason: "left for the family of bots" },
  { file: "29", untilLine: 22, reason: "left for the family of voice" },
  {
    file: "34",
    untilLine: 5,
    reason: "it waits for the heartbeat of 30 s, which no frame of a client brings about",
  },
  { file: "35", untilLine: 7, reason: "left for the family of notifications" },
  {
    file: "36",
    untilLine: 17,
    reason: "the original's plugins are its own machinery (part 3, section 6)",
  },
  {
    file: "39",
    untilLine: 14,
    reason: "the original's data files and their watcher are its own (part 1, 9.3)",
  },
];
