import { context, type Plugin } from "esbuild";
import { cliBuildOptions } from "./build.mjs";

/**
 * Builds the command line anew whenever a source of it changes and restarts the workers then; a source that
 * does not build is said and leaves the running ones alone. Resolves with what ends the watch.
 */
export async function watchWorkers(options: {
  say: (line: string) => void;
  restart: () => Promise<void>;
}): Promise<() => Promise<void>> {
  let first = true;
  const restarts: Plugin = {
    name: "restart-workers",
    setup(build) {
      build.onEnd(async (result) => {
        for (const error of result.errors) {
          const place = error.location ? `${error.location.file}:${error.location.line}: ` : "";
          options.say(`${place}${error.text}`);
        }
        if (!first && result.errors.length === 0) {
          options.say("Sources changed; restarting the workers");
          await options.restart();
        }
        first = false;
      });
    },
  };
  const watch = await context({ ...cliBuildOptions(), plugins: [restarts] });
  await watch.watch();
  return () => watch.dispose();
}
