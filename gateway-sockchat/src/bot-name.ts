/** The name under which the system itself speaks. */
export const botName = "ChatBot";
