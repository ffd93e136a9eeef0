/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // The test command type-checks the whole tree once; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
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
