/** An address that others are built on: without the slashes at its end that somebody may have written. */
export function baseUrl(given: string): string {
  let end = given.length;
  while (given.charAt(end - 1) === "/") end -= 1;
  return given.slice(0, end);
}
