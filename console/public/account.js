/** The account form of a pane: one of the demo accounts, or one's own name and password. */
import { element, part } from "./element.js";

/** @import { Credentials } from "./client.js" */

/**
 * What the server tells the page about itself.
 * @typedef {object} Playground
 * @property {Record<"originchats" | "sockchat", { port: number, tls: boolean, host?: string }>} doors
 * @property {boolean} demo
 * @property {readonly { name: string, role: string }[]} accounts
 * @property {string} password of the demo accounts
 */

const own = "";

/**
 * @param {HTMLElement} root the pane
 * @param {Playground} playground
 * @param {{ preferred: string, mayRegister: boolean }} options
 * @param {{ signIn: (credentials: Credentials) => void, signOut: () => void }} ask
 */
export function createAccount(root, playground, { preferred, mayRegister }, ask) {
  const form = part(root, "account", HTMLFormElement);
  const choice = part(root, "choice", HTMLSelectElement);
  const fields = part(root, "own", HTMLFieldSetElement);
  const name = part(root, "name", HTMLInputElement);
  const password = part(root, "password", HTMLInputElement);
  const fresh = part(root, "fresh", HTMLInputElement);
  const signIn = part(root, "sign-in", HTMLButtonElement);
  const signOut = part(root, "sign-out", HTMLButtonElement);

  choice.append(
    ...playground.accounts.map((account) =>
      element("option", { value: account.name }, `${account.name}, ${account.role}`),
    ),
    element("option", { value: own }, "Your own"),
  );
  choice.value = playground.demo ? preferred : own;
  part(root, "choice-label", HTMLElement).hidden = playground.accounts.length === 0;
  part(root, "fresh-label", HTMLElement).hidden = !mayRegister;
  /** The account that this pane is signed in with. */
  let current = "";

  function show() {
    fields.hidden = choice.value !== own;
    signIn.hidden = current !== "" && choice.value === current;
    signIn.textContent = current === "" ? "Sign in" : "Switch";
    signOut.hidden = current === "";
  }

  choice.addEventListener("change", () => {
    show();
    if (!fields.hidden) name.focus();
  });
  signOut.addEventListener("click", ask.signOut);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask.signIn(
      choice.value === own
        ? { name: name.value.trim(), password: password.value, fresh: mayRegister && fresh.checked }
        : { name: choice.value, password: playground.password, fresh: false },
    );
  });
  show();
  return {
    /** Signs in with what is chosen. */
    submit: () => form.requestSubmit(),
    isReady: () => choice.value !== own,
    /** @param {string} account the one signed in with, "" for none */
    signedIn(account) {
      current = account;
      if (account !== "") fresh.checked = false;
      show();
    },
  };
}
