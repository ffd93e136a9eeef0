import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Ajv } from "ajv";
import { packageRoot } from "../lib/package-root";

/** A request as it came. `faults`: where it is not what GitHub's published document says. */
export interface GithubRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  authorization: string | undefined;
  body: Record<string, unknown> | null;
  faults: string[];
}

interface Answer {
  status: number;
  body: unknown;
}

interface MadePullRequest {
  number: number;
  html_url: string;
  state: "open" | "closed";
  title: string;
  body: string;
  head: string;
  base: string;
}

export interface GithubServer {
  /** Address of the API. */
  url: string;
  requests: GithubRequest[];
  pullRequests: MadePullRequest[];
  /** Answers the next request with this. */
  answerNext(status: number, body: unknown): void;
  close(): Promise<void>;
}

interface Operation {
  parameters: { name: string; in: "path" | "query"; required?: boolean; schema: object }[];
  requestBody?: { required?: boolean; content: { "application/json": { schema: object } } };
}

const PATH = "/repos/{owner}/{repo}/pulls";
const document = JSON.parse(
  readFileSync(join(packageRoot(), "src", "test", "github-openapi.json"), "utf8"),
) as { paths: Record<string, Record<string, Operation>> };
const ajv = new Ajv({ coerceTypes: true, allErrors: true, strict: false, validateFormats: false });

/**
 * A server that keeps pull requests as GitHub does and holds each request against the OpenAPI document that GitHub
 * publishes. It takes one token.
 */
export async function startGithub(token: string): Promise<GithubServer> {
  const requests: GithubRequest[] = [];
  const pullRequests: MadePullRequest[] = [];
  const next: Answer[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const { status, body } = next.shift() ?? answer(request, token, pullRequests);
    outgoing.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    outgoing.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    pullRequests,
    answerNext: (status, body) => next.push({ status, body }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<GithubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const request = {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    authorization: incoming.headers.authorization,
    body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>),
  };
  return { ...request, faults: faultsOf(request, incoming.headers["user-agent"]) };
}

function faultsOf(request: Omit<GithubRequest, "faults">, agent: string | undefined): string[] {
  const pattern = new RegExp(`^${PATH.replace(/\{\w+\}/g, "[^/]+")}$`);
  const operation = document.paths[PATH]?.[request.method.toLowerCase()];
  if (!pattern.test(request.path) || !operation) return [`there is no ${request.method} ${request.path}`];
  const faults = agent ? [] : ["it has no User-Agent"];
  const asked = operation.parameters.filter((parameter) => parameter.in === "query");
  const query = {
    type: "object",
    properties: Object.fromEntries(asked.map(({ name, schema }) => [name, schema])),
    required: asked.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
  faults.push(...check("query", query, { ...request.query }));
  const body = operation.requestBody?.content["application/json"].schema;
  if (body) faults.push(...check("body", { ...body, additionalProperties: false }, request.body));
  else if (request.body !== null) faults.push("it has a body");
  return faults;
}

function check(what: string, schema: object, value: unknown): string[] {
  const fits = ajv.compile(schema);
  return fits(value)
    ? []
    : (fits.errors ?? []).map((fault) => `${what}${fault.instancePath} ${fault.message}`);
}

function answer(
  { method, path, query, authorization, body, faults }: GithubRequest,
  token: string,
  made: MadePullRequest[],
): Answer {
  if (authorization !== `token ${token}`) return { status: 401, body: { message: "Bad credentials" } };
  if (faults.length > 0) return { status: 422, body: { message: "Validation Failed", errors: faults } };
  const [, owner = "", repo = ""] = /^\/repos\/([^/]+)\/([^/]+)/.exec(path) ?? [];
  if (method === "GET") {
    const found = made.filter(
      (each) =>
        (query.head === undefined || query.head === `${owner}:${each.head}`) &&
        (query.base === undefined || query.base === each.base) &&
        (query.state === "all" || each.state === (query.state ?? "open")),
    );
    return { status: 200, body: found };
  }
  const { title, head, base, body: text } = body as Record<"title" | "head" | "base" | "body", string>;
  if (made.some((each) => each.state === "open" && each.head === head && each.base === base)) {
    const message = `A pull request already exists for ${owner}:${head}.`;
    return { status: 422, body: { message: "Validation Failed", errors: [{ message }] } };
  }
  const number = made.length + 1;
  const html_url = `https://github.example/${owner}/${repo}/pull/${number}`;
  const pullRequest = { number, html_url, state: "open" as const, title, body: text, head, base };
  made.push(pullRequest);
  return { status: 201, body: pullRequest };
}
