import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { AppError } from "../../lib/errors";
import { packageRoot } from "../../lib/package-root";

/** Files of the library that the page asks for, and what they are. */
const LIBRARY_FILES: Record<string, string> = {
  "swagger-ui-bundle.js": "text/javascript",
  "swagger-ui.css": "text/css",
};

/** Nothing comes from elsewhere and nothing goes there; the library sets styles from its script and has pictures in its styles. */
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
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <noscript>This page needs JavaScript. The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
    <div id="reference"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** Its makers' service that checks documents is off; the page's policy forbids it too. */
const OPTIONS = {
  url: "/api/openapi.json",
  dom_id: "#reference",
  validatorUrl: null,
  deepLinking: true,
  filter: true,
  defaultModelsExpandDepth: -1,
  persistAuthorization: false,
};

const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle(${JSON.stringify(OPTIONS)});
`;

/** `GET /api/docs`: the reference page of the REST interface. */
export function handleDocs(): Response {
  return answer(PAGE, "text/html", { "content-security-policy": POLICY, "referrer-policy": "no-referrer" });
}

/** `GET /api/docs/{file}`: the page's scripts and styles. Throws NOT_FOUND for another. */
export async function handleDocsFile(file: string): Promise<Response> {
  if (file === "start.js") return answer(START, "text/javascript");
  const type = LIBRARY_FILES[file];
  if (!type) throw new AppError("NOT_FOUND", "There is no such part of the reference page.");
  return answer(await readFile(libraryFile(file)), type, { "cache-control": "public, max-age=3600" });
}

/** By the package's own folder, since this code may run from a bundle elsewhere. */
function libraryFile(file: string): string {
  const { resolve } = createRequire(join(packageRoot(), "package.json"));
  return resolve(`swagger-ui-dist/${file}`);
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
