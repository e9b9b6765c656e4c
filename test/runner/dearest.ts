/**
 * Test files that take longest, dearest first, as they stand in the repository. They begin first, so that none of
 * them runs alone at the end; what is not named here begins behind them. `npm test` says which were dearest.
 */
export const dearest: readonly string[] = [
  "test/conformance/sockchat/replay.int.test.ts",
  "test/soak/soak.int.test.ts",
  "test/model/house.int.test.ts",
  "test/fault/shifted-clock.int.test.ts",
];
