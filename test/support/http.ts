/** A small HTTP server that stands in for somebody else's service: it keeps what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Transcript } from "./transcript.ts";

export interface HttpQuestion {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is done with a question: an answer, a cut connection, or nothing ever. */
export type Reaction = HttpAnswer | "cut" | "hang";

export interface HttpStand {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly asked: Transcript<HttpQuestion>;
  stop(): Promise<void>;
}

export async function startHttp(
  name: string,
  react: (question: HttpQuestion) => Reaction,
): Promise<HttpStand> {
  const asked = new Transcript<HttpQuestion>(name, (q) => `${q.method} ${q.target} ${q.body}`);
  const hanging = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const target = request.url ?? "/";
      const question = {
        method: request.method ?? "",
        target,
        url: new URL(target, "http://stand.example"),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      const reaction = react(question);
      asked.push(question);
      if (reaction === "hang") hanging.add(response);
      else if (reaction === "cut") response.destroy();
      else response.writeHead(reaction.status).end(reaction.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
