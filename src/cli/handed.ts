import { once } from "node:events";
import { handOver, type Settings } from "../lib/settings";

/** What a process is given by its supervisor that the environment which it starts with does not hold. */
export interface Handed {
  /** Ours. */
  settings: Record<string, string>;
  /** What libraries look for in the environment; it is not to be seen there from outside. */
  environment: Record<string, string>;
}

/** What the supervisor sends first. */
export interface HandedMessage extends Handed {
  type: "handed";
}

/** Set by the supervisor beside it, so that a program started alone does not wait. */
export const HANDED_VARIABLE = "PHASEBOARD_HANDED";

/** Waits for what the supervisor hands over, where one has started this process. */
export async function takeHanded(): Promise<void> {
  if (!process.send || process.env[HANDED_VARIABLE] !== "1") return;
  const [message] = (await once(process, "message")) as [HandedMessage];
  handOver(message.settings);
  Object.assign(process.env, message.environment);
}

/** What web and workers alike are handed, beside `settings` of the one or the other. */
export function handedTo({ storage }: Settings, settings: Record<string, string>): Handed {
  const objectStore = storage === "local" ? {} : pick(/^PHASEBOARD_S3_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/);
  const environment = pick(storage === "local" ? /^PGPASSWORD$/ : /^(PGPASSWORD$|AWS_)/);
  return { settings: { ...objectStore, ...settings }, environment };
}

function pick(names: RegExp): Record<string, string> {
  const found = Object.entries(process.env).filter(([name, value]) => names.test(name) && value);
  return Object.fromEntries(found) as Record<string, string>;
}
