/**
 * Test files that take longest, dearest first, as they stand in the repository. They begin first, so that none of
 * them runs alone at the end. Those of them that start no process are here too: they compute for long, and have a
 * process of their own. `npm test` says which were dearest.
 */
export const dearest: readonly string[] = [
  "test/conformance/sockchat/replay.int.test.ts",
  "test/soak/soak.int.test.ts",
  "test/model/house.int.test.ts",
  "test/fault/shifted-clock.int.test.ts",
  "test/conformance/originchats/replay.int.test.ts",
  "test/cluster/roll.int.test.ts",
  "test/erase/stores.int.test.ts",
  "test/up/hands.int.test.ts",
  "test/fault/backup.int.test.ts",
  "test/eyes/night.int.test.ts",
  "test/fault/full-disk.int.test.ts",
  "test/export/originchats.int.test.ts",
  "test/import/runbook.int.test.ts",
  "test/import/cutover.int.test.ts",
  "test/fault/cluster.int.test.ts",
  "test/fault/snapshot.int.test.ts",
  "test/corpus/corpus.int.test.ts",
  "test/eyes/way.int.test.ts",
  "gateway-sockchat/src/markup.test.ts",
  "gateway-sockchat/src/hostile.test.ts",
  "gateway-originchats/src/markup.test.ts",
  "core/src/decider/laws.test.ts",
  "gateway-sockchat/src/seen.test.ts",
  "bus-schema/src/markup/markdown.test.ts",
  "core/src/state/size.test.ts",
];
