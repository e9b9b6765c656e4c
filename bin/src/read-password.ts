/** Reads a new password: asked for at a terminal, else from standard input. */
import { createInterface } from "node:readline";
import { OperatorError } from "@dragoman/service-kit/operator-error";

const bytesMin = 4;
const bytesMax = 72;

/** Reads one line without showing it: readline without an output echoes nothing. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, terminal: true, historySize: 0 });
  const answer = await new Promise<string | null>((done) => {
    lines.once("line", done);
    lines.once("close", () => done(null));
  });
  lines.close();
  process.stderr.write("\n");
  if (answer === null) throw new OperatorError("no password was given", 130);
  return answer;
}

/** The password: asked for twice at a terminal, else the first line of standard input. */
async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new OperatorError("no password on standard input", 2);
  }
  const first = await askHidden("Password: ");
  if ((await askHidden("The same again: ")) !== first) {
    throw new OperatorError("the passwords differ", 2);
  }
  return first;
}

/** @throws OperatorError when the length is not allowed */
export async function readNewPassword(): Promise<string> {
  const password = await readPassword();
  const bytes = Buffer.byteLength(password);
  if (bytes >= bytesMin && bytes <= bytesMax) return password;
  throw new OperatorError(
    `a password has ${bytesMin} to ${bytesMax} bytes, this one has ${bytes}`,
    2,
  );
}
