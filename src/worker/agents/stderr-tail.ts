import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Characters that are kept: an error stands above the stack of its crash, which may be long. */
const KEPT = 64 * 1024;

/** An agent's stderr: each piece goes to `write`, no faster than that takes it, and the end of it is kept. */
export class StderrTail {
  text = "";
  /** Resolves once it was read to its end. */
  readonly read: Promise<void>;

  constructor(stderr: Readable, write: (bytes: Buffer) => Promise<void> | undefined) {
    const decoder = new StringDecoder("utf8");
    stderr.on("error", () => {});
    stderr.on("data", (bytes: Buffer) => {
      this.text = (this.text + decoder.write(bytes)).slice(-KEPT);
      const room = write(bytes);
      if (!room) return;
      stderr.pause();
      void room.then(() => stderr.resume());
    });
    this.read = new Promise((resolve) => stderr.once("close", resolve));
  }
}
