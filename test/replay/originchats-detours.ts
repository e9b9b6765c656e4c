/** All detours of the recordings of OriginChats. */
import type { Detour } from "./originchats-detour.ts";
import { accountDetours } from "./originchats-detours-accounts.ts";
import { communityDetours } from "./originchats-detours-community.ts";
import { messageDetours } from "./originchats-detours-messages.ts";

/** Commands of families that this version does not serve yet. */
const pending: readonly Detour[] = [
  { file: "01", lines: [22, 56], section: "part 3, 11", what: "the family is not served" },
  {
    file: "04",
    lines: [146, 150],
    section: "part 3, 7.1 and 7.3",
    what: "the family is not served",
  },
  {
    file: "04",
    lines: [152, 154, 156, 158, 160],
    section: "part 3, 10",
    what: "the family is not served",
  },
  { file: "04", lines: [214, 216], section: "part 3, 11", what: "the family is not served" },
  { file: "38", lines: [50], section: "part 3, 7.3", what: "the family is not served" },
  {
    file: "41",
    lines: [203, 207, 211, 215],
    section: "part 3, 10",
    what: "the family is not served",
  },
  { file: "43", lines: [34, 81], section: "part 3, 10", what: "the family is not served" },
];

export const detours: readonly Detour[] = [
  ...accountDetours,
  ...messageDetours,
  ...communityDetours,
  ...pending,
];
