/**
 * Signals that a process would otherwise meet as Node has them: SIGUSR1 opens the inspector, through which whoever reaches
 * its port on this machine may run what they like, and SIGUSR2 ends the process at once. A handler takes Node's place.
 */

/**
 * From here on SIGUSR1 and SIGUSR2 do nothing, and one line says so each time.
 * @param say told that line
 */
export function passOverSignals(say: (line: string) => void): void {
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
    process.on(signal, () =>
      say(
        `${signal} does nothing: SIGHUP has the configuration read again, SIGTERM ends the process`,
      ),
    );
  }
}
