import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AppError } from "../lib/errors";
import { packageRoot } from "../lib/package-root";

/** The library's page in one file, which the package ships beside its entry. */
const LIBRARY = "@scalar/fastify-api-reference";
const BUNDLE = "js/standalone.js";

/** Nothing comes from elsewhere and nothing goes there; the library sets styles from its script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Phaseboard API</title>
    <link rel="icon" href="/icon.svg">
  </head>
  <body>
    <noscript>This page needs JavaScript. The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
    <div id="reference"></div>
    <script src="/api/docs/scalar.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** What the library would ask of its makers' servers is off; the page's policy forbids it too. */
const OPTIONS = {
  url: "/api/openapi.json",
  agent: { disabled: true },
  mcp: { disabled: true },
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  documentDownloadType: "json",
  persistAuth: false,
  authentication: { preferredSecurityScheme: "token" },
  theme: "default",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
};

const START = `Scalar.createApiReference("#reference", ${JSON.stringify(OPTIONS)});\n`;

/** `GET /api/docs`: the reference page of the REST interface. */
export function handleDocs(): Response {
  return answer(PAGE, "text/html", { "content-security-policy": POLICY, "referrer-policy": "no-referrer" });
}

/** `GET /api/docs/{file}`: the page's two scripts. Throws NOT_FOUND for another. */
export async function handleDocsFile(file: string): Promise<Response> {
  if (file === "start.js") return answer(START, "text/javascript");
  if (file !== "scalar.js") throw new AppError("NOT_FOUND", "There is no such part of the reference page.");
  const bundle = await readFile(libraryFile());
  return answer(bundle, "text/javascript", { "cache-control": "public, max-age=3600" });
}

/** From the package's own folder, since this code may run from a bundle elsewhere. */
function libraryFile(): string {
  const { resolve } = createRequire(join(packageRoot(), "package.json"));
  return join(dirname(resolve(LIBRARY)), BUNDLE);
}

function answer(body: string | Buffer<ArrayBuffer>, type: string, headers: HeadersInit = {}): Response {
  return new Response(body, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
