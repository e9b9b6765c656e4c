/** A source that cannot be read at all, or not without a word of the operator; the message is for them. */
export class SourceRefusal extends Error {
  override readonly name = "SourceRefusal";
}

/** Whether whoever runs this may not read something. */
const isBarred = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");

/**
 * Passes on what became of a path, unless that may not be read: what is left out for it is left out for good, since words come
 * once, by whom they are then.
 * @throws SourceRefusal
 */
export function refuseBarred(path: string, error: unknown): void {
  if (!isBarred(error)) return;
  const why = `${path} may not be read by the user who runs this: nothing is brought without it`;
  throw new SourceRefusal(why, { cause: error });
}
