/**
 * What the stock clients make of a text, in Chromium, by their own functions: the Markdown of the client of OriginChats,
 * and the lines of the web client of 2015. Their sources are not here; who compares has a checkout of each.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Side } from "./golden.ts";

/** Where the checkouts of both clients are. */
export type Checkouts = Readonly<Record<Side, string>>;

/** What a reader sees of a text: its words, and those that are hidden until they are asked for. */
export interface Seen {
  readonly html: string;
  readonly words: string;
  readonly hidden: readonly string[];
  /** All of it in its order, hidden or not. */
  readonly open: string;
  /** The same where the client makes no pictures of smileys. */
  readonly unsmiled: Omit<Seen, "html" | "unsmiled">;
}

const compiler = new URL("../../../node_modules/.bin/tsc", import.meta.url).pathname;
const origin = "http://stock.test";

/** What that file of the client asks of the rest of it: nobody else's servers, our emoji, the system's own pictures. */
const rest: ReadonlyMap<string, string> = new Map([
  [
    "/state.js",
    `const none = { value: [] };
     export const servers = none;
     export const threadsByServer = { read: () => ({}) };
     export const customEmojisByServer = {
       keys: () => ["chat.example.org"],
       read: () => ({ 0: { name: "wave", fileName: "0.png" } }),
     };
     export const useSystemEmojis = { value: true };`,
  ],
  ["/lib/emoji/shortcodes.js", "export const lookupShortcode = () => undefined;"],
  ["/lib/emoji/emoji.js", "export const parseEmojisInText = (text) => text;"],
]);
const highlighter = "export default { registerLanguage() {} };";

const originchatsPage = `<!doctype html><meta charset="utf-8">
<script type="importmap">{"imports":{"highlight.js/lib/":"/highlight/"}}</script>
<div id="here"></div>
<script type="module">
import { parseMarkdown } from "/lib/render/markdown.js";
const names = ["ada", "ben", "mona", "olga"];
const channels = ["general", "random", "staff"];
window.html = (text) => parseMarkdown(text, [], {
  validUsernames: new Set(names), validChannels: new Set(channels),
  allRoles: new Set(["moderator"]), currentServerUrl: "chat.example.org",
});
</script>`;

const sockchatPage = `<!doctype html><meta charset="utf-8"><div id="chatList"></div><div id="here"></div>`;

/** How the client of 2015 starts, less what it needs a server for. */
const sockchatStart = (client: string): string => {
  const conf = (name: string): string => readFileSync(join(client, "conf", `${name}.json`), "utf8");
  return `
    window.Chat = { bbEnable: {} };
    for (const code of (${conf("bbcode")}).bbcode) {
      UI.bbcode.push(code);
      if (code.toggle) Chat.bbEnable[code.tag] = code.tdef ?? true;
    }
    for (const { img, syn } of (${conf("emotes")}).emotes) UI.emotes.push([img, syn]);
    UserContext.self = new User(1, "nobody", "#000", "0\\f0\\f0\\f0\\f0");
    const ada = new User(2, "ada", "#000", "0\\f0\\f0\\f0\\f0");
    window.html = (text) => {
      const list = document.getElementById("chatList");
      list.replaceChildren();
      UI.AddMessage("1", 0, ada, text, false, false, "10010");
      const line = list.firstChild;
      line.querySelector(".msgBreak").previousSibling.remove();
      while (line.firstChild.className !== "msgBreak") line.firstChild.remove();
      line.firstChild.remove();
      return line.innerHTML;
    };`;
};

/** Reads a page as a person does: what is shown, line by line, with a picture by its name. */
const reader = `
  window.read = (text) => {
    const seen = window.look(window.html(text));
    if (typeof UI === "undefined") return { ...seen, unsmiled: seen };
    UI.enableEmotes = false;
    const unsmiled = window.look(window.html(text));
    UI.enableEmotes = true;
    return { ...seen, unsmiled };
  };
  window.look = (html) => {
    const here = document.getElementById("here");
    here.innerHTML = html;
    const hidden = [];
    const block = /^(?:PRE|BLOCKQUOTE|H[1-6]|DIV)$/;
    const isHidden = (element) =>
      element.classList.contains("spoiler") || element.style.color === "transparent";
    const pictureOf = (image) => image.alt || image.getAttribute("src").replace(/^.*\\//, ":").replace(/\\..*/, ":");
    const wordsOf = (node, isOpen) => {
      if (node.nodeType === 3) return node.data;
      if (node.nodeType !== 1) return "";
      if (/^(?:SCRIPT|STYLE)$/.test(node.tagName)) return "";
      if (node.tagName === "BR") return "\\n";
      if (node.tagName === "IMG") return pictureOf(node);
      if (node.dataset.imageUrl && node.tagName === "DIV") return node.dataset.imageUrl;
      const words = [...node.childNodes].map((each) => wordsOf(each, isOpen)).join("");
      if (isHidden(node) && !isOpen) {
        hidden.push(words);
        return "▒";
      }
      return block.test(node.tagName) ? "\\n" + words + "\\n" : words;
    };
    const words = wordsOf(here, false);
    return { html, words, hidden, open: wordsOf(here, true) };
  };`;

/** The folder of the web client of 2015 in a checkout of it, or of the server that came with it. */
const webClient = (checkout: string): string =>
  existsSync(join(checkout, "js", "ui.js")) ? checkout : join(checkout, "client");

export class StockClients {
  readonly #browser: Browser;
  readonly #pages: Readonly<Record<Side, Page>>;

  private constructor(browser: Browser, pages: Readonly<Record<Side, Page>>) {
    this.#browser = browser;
    this.#pages = pages;
  }

  /** @throws Error where a checkout lacks what is asked of it */
  static async open({ oc, sc }: Checkouts): Promise<StockClients> {
    const executablePath = process.env["DRAGOMAN_TEST_BROWSER"] ?? "/usr/bin/chromium";
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];
    const browser = await chromium.launch({ executablePath, args });
    try {
      const pages = { oc: await openOriginchats(browser, oc), sc: await openSockchat(browser, sc) };
      for (const page of Object.values(pages)) await page.evaluate(reader);
      return new StockClients(browser, pages);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** What a reader of that side sees of a text as our gateway sends it. */
  async see(side: Side, text: string): Promise<Seen> {
    return this.#pages[side].evaluate<Seen>(`window.read(${JSON.stringify(text)})`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** A page that asks nothing of any host but what `answer` has. */
async function pageOf(
  browser: Browser,
  answer: (path: string) => { readonly body: string; readonly type: string } | undefined,
): Promise<Page> {
  const page = await browser.newPage();
  await page.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    const found = url.origin === origin ? answer(url.pathname) : undefined;
    if (found === undefined) await route.abort();
    else await route.fulfill({ body: found.body, contentType: `${found.type}; charset=utf-8` });
  });
  await page.goto(`${origin}/`);
  return page;
}

async function openOriginchats(browser: Browser, checkout: string): Promise<Page> {
  const out = mkdtempSync(join(tmpdir(), "dragoman-stock-"));
  const source = join(checkout, "src");
  const files = ["lib/render/markdown.ts", "lib/media/media-utils.ts"];
  try {
    // Nothing but the types is taken out of them.
    execFileSync(process.execPath, [
      compiler,
      "--ignoreConfig",
      "--noCheck",
      "--noResolve",
      ...["--module", "preserve", "--target", "es2022", "--rootDir", source, "--outDir", out],
      ...files.map((file) => join(source, file)),
    ]);
    const page = await pageOf(browser, (path) => {
      if (path === "/") return { body: originchatsPage, type: "text/html" };
      const name = path.endsWith(".js") ? path : `${path}.js`;
      const own = rest.get(name) ?? (name.startsWith("/highlight/") ? highlighter : undefined);
      if (own !== undefined) return { body: own, type: "text/javascript" };
      return { body: readFileSync(join(out, name), "utf8"), type: "text/javascript" };
    });
    await page.waitForFunction("window.html !== undefined");
    return page;
  } finally {
    rmSync(out, { recursive: true });
  }
}

async function openSockchat(browser: Browser, checkout: string): Promise<Page> {
  const client = webClient(checkout);
  const page = await pageOf(browser, (path) =>
    path === "/" ? { body: sockchatPage, type: "text/html" } : undefined,
  );
  // That of February 2015 has no `utf8`.
  const scripts = ["utf8", "utils", "user", "ui"].map((name) => join(client, "js", `${name}.js`));
  for (const path of scripts.filter((each) => existsSync(each))) await page.addScriptTag({ path });
  await page.evaluate(sockchatStart(client));
  return page;
}

/** The style sheets of both clients, as far as they concern what a message says. */
export function stylesOf({ oc, sc }: Checkouts): Readonly<Record<Side, string>> {
  const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
  const styles = join(oc, "src", "components", "MessageContent");
  return {
    oc: read(oc, "src", "style.css") + read(styles, "MessageContent.module.css"),
    sc: read(webClient(sc), "styles", "_global.css"),
  };
}

/** Where the pictures are that the lines of the client of 2015 name. */
export const picturesOf = ({ sc }: Checkouts): string => `${pathToFileURL(webClient(sc)).href}/`;
