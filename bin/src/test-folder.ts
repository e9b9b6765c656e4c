import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Where the tests keep what they have fetched: one folder a user, for all runs. */
export const testDataDir = join(tmpdir(), `dragoman-test-${userInfo().uid}`);
