/** The playground: an OriginChats client and a Sock Chat client side by side, each on its own real socket. */
import { urlOf } from "./door.js";
import { connectOriginchats } from "./originchats.js";
import { createPane } from "./pane.js";
import { connectSockchat } from "./sockchat.js";

/** @import { Playground } from "./account.js" */

/** @returns {Promise<Playground>} */
async function readPlayground() {
  const response = await fetch("playground.json");
  if (!response.ok) throw new Error(`playground.json: ${response.status}`);
  return response.json();
}

const playground = await readPlayground();
const { doors } = playground;
const main = document.querySelector("main");
const template = document.querySelector("template");
if (main === null || template === null) throw new Error("the page is not whole");

for (const options of [
  {
    title: "OriginChats",
    url: urlOf(doors.originchats),
    connect: connectOriginchats,
    preferred: "ada",
    mayRegister: true,
  },
  {
    title: "Sock Chat",
    url: urlOf(doors.sockchat),
    connect: connectSockchat,
    preferred: "ben",
    mayRegister: false,
  },
]) {
  const root = template.content.firstElementChild?.cloneNode(true);
  if (!(root instanceof HTMLElement)) throw new Error("the page is not whole");
  main.append(root);
  createPane(root, playground, options);
}

if (playground.demo) {
  const hint = document.querySelector("#hint");
  hint?.append(" Switch a pane to mona or olga to kick and ban.");
}
