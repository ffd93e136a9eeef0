/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // The test command type-checks the whole tree once; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  // A page's modules are loaded when it is first asked for: all of them at once delayed every start by a second.
  // A click on another page waits for a server that does not answer, instead of ending on the browser's error page.
  experimental: { preloadEntriesOnStart: false, useOffline: true },
  turbopack: {
    resolveAlias: Object.fromEntries(
      ["shiki/langs", "shiki/wasm", "@pierre/highlights/themes/loader", "@pierre/theming/themes"].map(
        (name) => [name, "./src/features/changes/ui/left-out.ts"],
      ),
    ),
  },
  serverExternalPackages: [
    "pg",
    "graphile-worker",
    "pino",
    "chokidar",
    "esbuild",
    "re2js",
    "rate-limiter-flexible",
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
    "@fastify/busboy",
    "file-type",
  ],
};
