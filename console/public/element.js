/** The only places where the page makes elements: text goes in as text, attributes from this code alone. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} label @param {Readonly<Record<string, string>>} attributes @param {() => void} press */
export function button(label, attributes, press) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

/** Tints an element in a person's colour; the style sheet sees to the contrast. @param {HTMLElement} target @param {string | null} colour */
export function tint(target, colour) {
  if (colour === null) target.style.removeProperty("--tint");
  else target.style.setProperty("--tint", colour);
}

/**
 * The part of a pane that the template names so.
 * @template {HTMLElement} Kind
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(root, name, kind) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof kind)) throw new Error(`the page has no part ${name}`);
  return found;
}
