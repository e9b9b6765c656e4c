/** Former names of a person: core keeps them with the account, gateways in their rosters, by the same events. */

/** Of one person so many are remembered, the newest. */
export const formerNamesMax = 64;

/**
 * The former names after some were given up, each once as it was spelled, the newest last. What the person is called
 * now is none.
 */
export function withFormer(
  known: readonly string[] | undefined,
  givenUp: readonly string[],
  present: readonly string[],
): readonly string[] {
  const names = new Set(known);
  for (const name of givenUp) {
    names.delete(name);
    names.add(name);
  }
  for (const name of present) names.delete(name);
  return [...names].slice(-formerNamesMax);
}
