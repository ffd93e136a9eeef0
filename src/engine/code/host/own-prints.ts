import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { CODE_LOG_BYTES, type FromHost } from "../protocol";

const functions = new AsyncLocalStorage<true>();

/** Calls a step's function: what it prints, and whatever it starts, is its step's. */
export function inFunction<T>(call: () => T): T {
  return functions.run(true, call);
}

/**
 * Tells what the code prints outside of its functions by `print`, at once, so that it is heard of code that never ends
 * its turn, and in its place among the calls. What functions print goes on to their step's log by the pipe, as does what
 * other programs print.
 */
export function tellOwnPrints(print: (message: Extract<FromHost, { print: string }>) => void): void {
  /** More would not be kept. */
  let left = CODE_LOG_BYTES;
  for (const stream of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    const { write } = process[stream];
    process[stream].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const isText = typeof chunk === "string";
      if (functions.getStore() || !(isText || chunk instanceof Uint8Array))
        return Reflect.apply(write, process[stream], [chunk, ...rest]);
      const encoding = typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf8";
      const text = decoder.write(isText ? Buffer.from(chunk, encoding) : Buffer.from(chunk)).slice(0, left);
      left -= text.length;
      if (text !== "") print({ print: stream, text });
      const done = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    }) as NodeJS.WriteStream["write"];
  }
}
