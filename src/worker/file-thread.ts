import { parentPort } from "node:worker_threads";
import { messageOf } from "../lib/errors";
import { type FolderOrder, writeFolder } from "../storage/write-folder";

// The thread of `write-files.ts`: orders come many at a time and are answered together, each with why it failed.
parentPort?.on("message", (orders: FolderOrder[]) => parentPort?.postMessage(orders.map(carryOut)));

function carryOut(order: FolderOrder): string | null {
  try {
    writeFolder(order);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
