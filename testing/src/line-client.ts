/** A client of the trial protocol over a real WebSocket: what it got, and waiting for what it is to get. */
import { WebSocket } from "ws";

const deadlineMs = 8_000;

/** Resolves with the first truthy value that `look` gives; asked again whenever `listen` says so. */
function wait<T>(
  what: string,
  look: () => T | undefined,
  listen: (again: () => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let unlisten = (): void => {};
    const timer = setTimeout(() => {
      unlisten();
      reject(new Error(`waited in vain for ${what}`));
    }, deadlineMs);
    const again = (): void => {
      const value = look();
      if (value === undefined) return;
      clearTimeout(timer);
      unlisten();
      resolve(value);
    };
    unlisten = listen(again);
    again();
  });
}

/** Waits until a condition holds that nothing announces, such as a counter; it is looked at every few ms. */
export function until(what: string, holds: () => boolean): Promise<true> {
  return wait(
    what,
    () => (holds() ? true : undefined),
    (again) => {
      const timer = setInterval(again, 5);
      return () => clearInterval(timer);
    },
  );
}

export class LineClient {
  readonly socket: WebSocket;
  readonly lines: string[] = [];
  code: number | undefined;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(url, { headers, rejectUnauthorized: false });
    this.socket.on("message", (data) => this.lines.push(String(data)));
    this.socket.on("close", (code) => {
      this.code = code;
    });
  }

  /** Connects and waits for the greeting. */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LineClient> {
    const client = new LineClient(url, headers);
    await client.line("hello");
    return client;
  }

  /** The HTTP status with which an upgrade is refused. */
  static refused(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers });
      socket.on("unexpected-response", (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on("open", () => reject(new Error("let in")));
      socket.on("error", () => {});
    });
  }

  static async login(url: string, name: string): Promise<LineClient> {
    const client = await LineClient.open(url);
    client.say(`login ${name}`);
    await client.line("welcome");
    return client;
  }

  say(...frames: string[]): void {
    for (const frame of frames) this.socket.send(frame);
  }

  /** Waits for a line. */
  line(text: string): Promise<true> {
    return wait(
      `${text} in ${JSON.stringify(this.lines.slice(-10))}`,
      () => (this.lines.includes(text) ? true : undefined),
      (again) => {
        this.socket.on("message", again);
        return () => this.socket.off("message", again);
      },
    );
  }

  /** Waits for the end; gives the close code. */
  closed(): Promise<number> {
    return wait(
      "close",
      () => this.code,
      (again) => {
        this.socket.on("close", again);
        return () => this.socket.off("close", again);
      },
    );
  }
}
