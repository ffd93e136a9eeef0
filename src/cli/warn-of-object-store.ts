import { readSettings } from "../lib/settings";
import { checkObjectStore } from "../storage/check-object-store";
import { say } from "./output";

/** Says what is wrong with the object store that the settings name, if it is; the start goes on without it. */
export async function warnOfObjectStore(): Promise<void> {
  const { storage } = readSettings();
  const fault = storage === "local" ? null : await checkObjectStore(storage);
  if (fault !== null) say(`Logs and artifacts cannot be kept: ${fault}`);
}
