/** A real browser at the pages of a console, before a real stack; it tells every trouble that a page has. */
import { edges, schema } from "@dragoman/bin";
import { start as startConsole } from "@dragoman/console";
import { createLogger, createRegistry } from "@dragoman/service-kit";
import { chromium, type Page } from "playwright-core";
import type { Overrides } from "../support/part.ts";
import { portOf, type Stack, startStack } from "../support/stack.ts";

const limitMs = 10_000;

export interface Visit {
  readonly stack: Stack;
  /** The pages' own errors, and everything that their content security policy stopped. */
  readonly troubles: string[];
  /** Opens a page by its path. */
  open(path: string, viewport: { width: number; height: number }): Promise<Page>;
  stop(): Promise<void>;
}

/** @param overrides of the configuration of every part */
export async function startVisit(overrides: Overrides = {}): Promise<Visit> {
  const stack = await startStack({ originchats: 1, sockchat: 1, config: overrides });
  const config = schema.shape.parse({
    demo: true,
    console: { port: 0 },
    originchats: { port: portOf(stack.originchats) },
    sockchat: { port: portOf(stack.sockchat) },
  });
  const pages = await startConsole({
    config,
    edges,
    logger: createLogger("silent", "console"),
    registry: createRegistry(),
  });
  const url = `http://127.0.0.1:${pages.port}/`;
  const browser = await chromium.launch({
    executablePath: process.env["DRAGOMAN_TEST_BROWSER"] ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const troubles: string[] = [];
  return {
    stack,
    troubles,
    async open(path, viewport) {
      const opened = await browser.newPage({ viewport });
      opened.setDefaultTimeout(limitMs);
      opened.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
      opened.on("console", (message) => {
        if (message.type() === "error") troubles.push(`console: ${message.text()}`);
      });
      opened.on("request", (request) => {
        if (!request.url().startsWith(url)) troubles.push(`asked another host: ${request.url()}`);
      });
      await opened.goto(url + path);
      return opened;
    },
    async stop() {
      await browser.close();
      await pages.stop();
      await stack.stop();
    },
  };
}
