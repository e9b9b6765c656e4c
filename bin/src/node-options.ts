/**
 * How Node runs a service in a process of its own: with its own source lines in stack traces, a young generation of 4 MiB, and
 * a heap that is collected once it has grown by half. Left to itself Node lets garbage grow to four times what is in use
 * before it looks, on a machine with much memory (docs/decisions/packed-people.md).
 */
export const nodeOptions = [
  "--enable-source-maps",
  "--max-semi-space-size=4",
  "--heap-growing-percent=50",
] as const;
