/** Why a file that a setting names cannot be read. */
const reasons = new Map([
  ["ENOENT", "is not there"],
  ["EACCES", "may not be read by this user"],
  ["EPERM", "may not be read by this user"],
  ["EISDIR", "is a folder"],
  ["ENOTDIR", "is not there: what stands before its last / is no folder"],
]);

/** In words that follow the file's name. */
export function sayUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return reasons.get(code) ?? `cannot be read (${code === "" ? String(error) : code})`;
}
