/**
 * Failpoints are named places at which a process can be killed, to prove that nothing is lost there.
 * `PHASEBOARD_FAILPOINT=record.end:commit` kills it with SIGKILL at the first pass of that place, `…#3` at the third.
 * Without the variable they do nothing.
 */
const armed = parse(process.env.PHASEBOARD_FAILPOINT);

/** True where this process is to be killed at a failpoint. */
export const isArmed = armed !== null;

export function failpoint(name: string): void {
  if (armed?.name !== name) return;
  armed.passes--;
  if (armed.passes <= 0) process.kill(process.pid, "SIGKILL");
}

function parse(given: string | undefined): { name: string; passes: number } | null {
  if (!given) return null;
  const [name = "", passes = "1"] = given.split("#");
  return { name, passes: Number(passes) };
}
