import { context, type Plugin } from "esbuild";
import { cliBuildOptions } from "./build.mjs";

/**
 * Rebuilds the command line when a source changes and restarts the workers. A build error is printed and
 * leaves the running workers alone. Resolves with a function that stops watching.
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
