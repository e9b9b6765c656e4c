/** All detours of the recordings of OriginChats. */
import type { Detour } from "./originchats-detour.ts";
import { accountDetours } from "./originchats-detours-accounts.ts";
import { communityDetours } from "./originchats-detours-community.ts";
import { messageDetours } from "./originchats-detours-messages.ts";

export const detours: readonly Detour[] = [
  ...accountDetours,
  ...messageDetours,
  ...communityDetours,
];
