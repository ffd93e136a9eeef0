import { readSettings } from "../lib/settings";
import { checkObjectStore } from "../storage/check-object-store";
import { say } from "./output";

/** Prints a warning if the configured object store does not work; the start continues without it. */
export async function warnOfObjectStore(): Promise<void> {
  const { storage } = readSettings();
  const fault = storage === "local" ? null : await checkObjectStore(storage);
  if (fault !== null) say(`Logs and artifacts cannot be kept: ${fault}`);
}
