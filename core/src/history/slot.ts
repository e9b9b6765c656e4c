/**
 * Several cores may share one data folder, as the replicas of one compose service do: each takes the first folder
 * below it that no other core has.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommunityId } from "@dragoman/bus-schema";
import { OperatorError, type Position } from "@dragoman/service-kit";
import { positionIn } from "./file.ts";
import { InUseError } from "./guard.ts";
import { History, type HistoryOptions } from "./history.ts";

/** More cores than anybody runs on one machine. */
const slotsMax = 32;

/** The furthest that any core has come in a folder; 0 where none has, or no file of this layout is left. */
export function newestPosition(folder: string, community: CommunityId): Position {
  const name = `${community}.db`;
  const slots = Array.from({ length: slotsMax }, (_, slot) => join(folder, String(slot), name));
  let newest: Position = { seq: 0, id: "" };
  for (const path of [join(folder, name), ...slots]) {
    const position = existsSync(path) ? positionIn(path) : null;
    if (position !== null && position.seq > newest.seq) newest = position;
  }
  return newest;
}

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
