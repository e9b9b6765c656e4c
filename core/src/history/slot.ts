/**
 * Several cores may share one data folder, as the replicas of one compose service do: each takes the first folder
 * below it that no other core has.
 */
import { join } from "node:path";
import type { CommunityId } from "@dragoman/bus-schema";
import { OperatorError } from "@dragoman/service-kit";
import { InUseError } from "./guard.ts";
import { History, type HistoryOptions } from "./history.ts";

/** More cores than anybody runs on one machine. */
const slotsMax = 32;

/** @throws OperatorError when a file cannot be opened, or all are taken */
export async function openSlot(
  folder: string,
  community: CommunityId,
  options: Omit<HistoryOptions, "path" | "legacyPath">,
): Promise<History> {
  const name = `${community}.db`;
  let taken: unknown;
  for (let slot = 0; slot < slotsMax; slot += 1) {
    try {
      const path = join(folder, String(slot), name);
      // Where the only one lay in earlier versions.
      const legacy = slot === 0 ? { legacyPath: join(folder, name) } : {};
      return await History.open({ ...options, path, ...legacy });
    } catch (error) {
      if (!(error instanceof InUseError)) throw error;
      taken = error;
    }
  }
  throw new OperatorError(`${folder}: ${slotsMax} cores have it already`, 1, { cause: taken });
}
