import { Worker } from "node:worker_threads";

/** All that the process may take, beside the heap's own limit: buffers are outside of the heap. */
const MAX_RSS_BYTES = 1024 * 1024 * 1024;

/**
 * Ends this process when whoever started it is gone, or when it takes too much memory; from a thread of its
 * own, since the author's code may never let go of the main one.
 */
export function startWatchdog(): void {
  const thread = new Worker(
    `const parent = process.ppid;
     setInterval(() => {
       if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
       if (process.memoryUsage.rss() > ${MAX_RSS_BYTES}) {
         require("node:fs").writeSync(2, "heap out of memory");
         process.kill(process.pid, "SIGKILL");
       }
     }, 250);`,
    { eval: true },
  );
  thread.unref();
}
