/** Random commands: how a maker reads a community, and chances in the form of numbers. */
import type { Body } from "@dragoman/core/decider";
import type { Community } from "../community.ts";

/** Makes a command from three numbers, against the community as it is at that moment. */
type Make = (community: Community, a: number, b: number, c: number) => Body;

/** Makers by the type of what they make. */
export type Makers = Readonly<Record<string, Make>>;

/** The nth of them, counted around; undefined where there are none. */
export function pick<T>(from: Iterable<T>, n: number): T | undefined {
  const all = [...from];
  return all[n % Math.max(1, all.length)];
}
