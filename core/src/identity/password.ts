/**
 * Password hashing: argon2id on libuv's threads, never in the event loop, and few at once. A check costs
 * about 20 ms of a CPU by design, so whoever may ask for many is held in a bounded queue.
 * Accounts that moved in bring hashes by bcrypt along: those are checked as they are, and made anew at the first log-in.
 */
import { hash, verify } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";

/** OWASP's second recommendation for argon2id (the library's default kind): 19 MiB, two passes, one lane. */
const parameters = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** Bytes of UTF-8 that a password has (OriginChats part 1, 2.5). */
const passwordBytesMin = 4;
const passwordBytesMax = 72;

/** Whether the length of a new password is allowed. */
export function isPasswordLength(password: string): boolean {
  const bytes = Buffer.byteLength(password);
  return bytes >= passwordBytesMin && bytes <= passwordBytesMax;
}

/** The argon2id hash of a password, in PHC form. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

/** Whether a hash is by bcrypt. */
export function isBcrypt(stored: string): boolean {
  return /^\$2[aby]\$/.test(stored);
}

/** Whether a password is the one of a hash. */
export function verifyPassword(stored: string, password: string): Promise<boolean> {
  return isBcrypt(stored) ? verifyBcrypt(password, stored) : verify(stored, password);
}
