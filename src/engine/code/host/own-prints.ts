import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { CODE_LOG_BYTES, type FromHost } from "../protocol";

const functions = new AsyncLocalStorage<true>();

/** Calls a step's function and marks all that it prints, also later and indirectly, as its step's. */
export function inFunction<T>(call: () => T): T {
  return functions.run(true, call);
}

/**
 * Sends what the code prints outside of its functions by `print`, at once and in order with its calls. Output of
 * functions and of other programs goes through the pipe into the step's log.
 */
export function tellOwnPrints(print: (message: Extract<FromHost, { print: string }>) => void): void {
  /** Bytes that may still be sent; the log would not keep more. */
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
