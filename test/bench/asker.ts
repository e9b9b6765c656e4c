/**
 * People who ask for lists all at once, or come in all at once, in a process of its own, as cheap as clients can be: what
 * comes is looked at for its end alone. The parent says what, and is told how long it took until all had it.
 */
import { WebSocket } from "ws";

type Ask =
  /** All who are there ask for a list. */
  | { readonly ask: "list"; readonly cmd: string }
  /** People of Sock Chat come in with these first words, are given their context and go. */
  | { readonly ask: "come"; readonly port: number; readonly hellos: readonly string[] };

const [port, ...names] = process.argv.slice(2);
const sockets: WebSocket[] = [];
let bytes = 0;

/** Resolves with the first frame that is what is waited for. */
function frame(socket: WebSocket, isIt: (data: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (code: number): void => reject(new Error(`closed with ${code}`));
    const hear = (data: Buffer): void => {
      bytes += data.length;
      if (!isIt(data)) return;
      socket.off("message", hear);
      socket.off("close", gone);
      resolve();
    };
    socket.on("message", hear);
    socket.once("close", gone);
  });
}

function open(at: string): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${at}/`, { perMessageDeflate: false });
  // Its end follows.
  socket.on("error", () => socket.terminate());
  return socket;
}

async function signIn(name: string): Promise<void> {
  const socket = open(port ?? "");
  const isIn = frame(socket, (data) => {
    const text = data.toString();
    if (text.startsWith('{"cmd":"handshake"')) {
      socket.send(JSON.stringify({ cmd: "login", username: name, password: "dragoman" }));
    }
    return text.startsWith('{"cmd":"ready"');
  });
  await isIn;
  sockets.push(socket);
}

async function list(cmd: string): Promise<void> {
  const end = Buffer.from(',"listener":"asked"}');
  const had = sockets.map((socket) =>
    frame(socket, (data) => data.subarray(-end.length).equals(end)),
  );
  for (const socket of sockets) socket.send(JSON.stringify({ cmd, listener: "asked" }));
  await Promise.all(had);
}

async function come(at: number, hello: string): Promise<void> {
  const socket = open(String(at));
  socket.once("open", () => socket.send(hello));
  // 5.2 is the last of what a coming brings.
  await frame(socket, (data) => data.subarray(0, 4).toString() === "5\t2\t");
  socket.terminate();
}

process.on("message", (asked: Ask) => {
  const begun = performance.now();
  bytes = 0;
  const done =
    asked.ask === "list"
      ? list(asked.cmd)
      : Promise.all(asked.hellos.map((hello) => come(asked.port, hello)));
  done.then(
    () => process.send?.({ tookMs: performance.now() - begun, bytes }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
for (const name of names) await signIn(name);
process.send?.({ ready: true });
