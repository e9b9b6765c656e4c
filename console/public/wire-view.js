/** The raw frames of one socket, newest last, with what the eye cannot see made visible. */
import { element, part } from "./element.js";

const framesMax = 200;
const shownMax = 4_000;

/** @type {ReadonlyMap<string, string>} */
const visible = new Map([
  ["\t", "⇥"],
  ["\f", "⇩"],
  ["\n", "↵"],
]);

/** @param {HTMLElement} root the pane */
export function createWireView(root) {
  const box = part(root, "wire", HTMLElement);
  const toggle = part(root, "wire-toggle", HTMLButtonElement);
  const frames = part(root, "frames", HTMLElement);
  frames.tabIndex = 0;
  toggle.addEventListener("click", () => {
    box.hidden = !box.hidden;
    toggle.setAttribute("aria-expanded", String(!box.hidden));
    frames.scrollTop = frames.scrollHeight;
  });
  part(root, "wire-clear", HTMLButtonElement).addEventListener("click", () =>
    frames.replaceChildren(),
  );
  return {
    /** @param {"in" | "out"} direction @param {string} frame */
    add(direction, frame) {
      const follows = frames.scrollHeight - frames.scrollTop - frames.clientHeight < 60;
      const shown = frame.length > shownMax ? `${frame.slice(0, shownMax)}…` : frame;
      frames.append(
        element(
          "li",
          { class: direction },
          element(
            "span",
            { class: "arrow" },
            element("span", { "aria-hidden": "true" }, direction === "in" ? "←" : "→"),
            element("span", { class: "unseen" }, direction === "in" ? "received" : "sent"),
          ),
          element(
            "code",
            {},
            shown.replace(/[\t\f\n]/g, (mark) => visible.get(mark) ?? mark),
          ),
        ),
      );
      while (frames.childElementCount > framesMax) frames.firstElementChild?.remove();
      if (follows) frames.scrollTop = frames.scrollHeight;
    },
  };
}
