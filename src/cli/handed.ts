import { once } from "node:events";
import { handOver, type Settings } from "../lib/settings";
import { explain, say } from "./output";

/** What the supervisor hands to a process over the channel, because the process's environment must not contain it. */
export interface Handed {
  /** Settings of Phaseboard. */
  settings: Record<string, string>;
  /** Variables that libraries read. Set inside the process, where other processes cannot see them. */
  environment: Record<string, string>;
}

/** The first message from the supervisor. */
export interface HandedMessage extends Handed {
  type: "handed";
}

/**
 * Environment variable set by the supervisor, so that a process started alone does not wait for the message.
 */
export const HANDED_VARIABLE = "PHASEBOARD_HANDED";

/** If a supervisor started this process, waits for its settings and applies them. */
export async function takeHanded(): Promise<void> {
  if (!process.send || process.env[HANDED_VARIABLE] !== "1") return;
  const [message] = (await once(process, "message")) as [HandedMessage];
  handOver(message.settings);
  Object.assign(process.env, message.environment);
}

/** Messages from a child to the supervisor over IPC. */
export type ChildMessage = { type: "listening" } | { type: "failed"; message: string };

/** Tells the supervisor. False where this process was started alone. */
export function tellSupervisor(message: ChildMessage): boolean {
  if (!process.send) return false;
  process.send(message);
  return true;
}

/** Exit code of a process that must not be started again, since only another version of Phaseboard could go on. */
export const OUTDATED = 78;

/** Ends this process, whose start has failed, once the supervisor or a person is told why. */
export function failStart(error: unknown, code = 1): void {
  const message = explain(error);
  const isTold = tellSupervisor({ type: "failed", message });
  if (!isTold) say(message);
  // Lets the message reach the supervisor first.
  setTimeout(() => process.exit(code), isTold ? 50 : 0);
}

/** What both web and workers are handed, plus their own `settings`. */
export function handedTo({ storage }: Settings, settings: Record<string, string>): Handed {
  const objectStore = storage === "local" ? {} : pick(/^PHASEBOARD_S3_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/);
  const environment = pick(storage === "local" ? /^PGPASSWORD$/ : /^(PGPASSWORD$|AWS_)/);
  return { settings: { ...objectStore, ...settings }, environment };
}

function pick(names: RegExp): Record<string, string> {
  const found = Object.entries(process.env).filter(([name, value]) => names.test(name) && value);
  return Object.fromEntries(found) as Record<string, string>;
}
