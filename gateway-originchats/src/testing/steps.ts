/** How evenly long work is cut into steps, by what it costs the processor: other processes do not count. */

const usedUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** The share of the longest step in all of one work. */
function longestOf(work: Iterator<void, unknown>): number {
  let longest = 0;
  let all = 0;
  for (let isOver = false; !isOver; ) {
    const begun = usedUs();
    isOver = work.next().done === true;
    const tookUs = usedUs() - begun;
    all += tookUs;
    longest = Math.max(longest, tookUs);
  }
  return longest / all;
}

/**
 * Does the work three times anew.
 * @returns the share of the longest step in all of it, in the most even turn: rubbish may be collected within a step
 */
export const longestShare = (begin: () => Iterator<void, unknown>): number =>
  Math.min(...Array.from({ length: 3 }, () => longestOf(begin())));
