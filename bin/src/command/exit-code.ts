/** What an exit code of `dragoman` means: the same for every command, so that scripts can go by it. */
export const exitCode = { done: 0, refused: 1, usage: 2, machine: 3, unanswered: 4 } as const;

export const exitCodeTexts: Readonly<Record<(typeof exitCode)[keyof typeof exitCode], string>> = {
  0: "done",
  1: "refused, or it failed: one sentence on standard error says why",
  2: "asked for in a wrong way, or the settings cannot work",
  3: "this machine lacks what it needs, such as Node.js or a nats-server",
  4: "no house answers: nothing runs there, NATS is not reached, or no core leads",
};
