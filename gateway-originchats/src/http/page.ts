/** The page at the gateway's address for whoever opens it in a browser: how to connect. */
import { baseUrl } from "@dragoman/service-kit";

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities.get(character) ?? character);

/** HTML. `url` is the gateway's public base, empty when it is not configured. */
export function indexPage(name: string, url: string): string {
  const host = baseUrl(url.replace(/^[a-z]+:\/\//i, ""));
  const address =
    host === "" ? "the host and port of this page" : `<code>${escapeHtml(host)}</code>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em}</style>
</head>
<body>
<h1>${escapeHtml(name)}</h1>
<p>This is an OriginChats server. Open it with an OriginChats client:</p>
<ol>
<li>In the client choose <b>+</b>, then <b>Add a Server</b>.</li>
<li>Enter ${address}, without <code>https://</code>.</li>
<li>Register or log in with a name and a password of this server.</li>
</ol>
<p>Clients of their own connect by WebSocket to the path <code>/</code>; <a href="/info">/info</a> says who is here.</p>
</body>
</html>
`;
}
