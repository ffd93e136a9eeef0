import { Worker } from "node:worker_threads";

/** Memory that the process may use in bytes. The heap has its own limit, but buffers lie outside of it. */
const MAX_RSS_BYTES = 1024 * 1024 * 1024;

/**
 * Ends this process when its parent is gone or it uses too much memory. Runs in a thread of its own, since the author's
 * code may block the main one.
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
