/** The public face of the console: the service that serves the web pages. */
export { start } from "./console.ts";
