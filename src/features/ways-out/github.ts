import { request } from "@octokit/request";
import { z } from "zod";
import type { Remote } from "../../git/remote";

/** Milliseconds for each answer. */
const ANSWER_MS = 20_000;

/** A repository at GitHub, or at what speaks as GitHub does. */
export interface Repository {
  /** Address of the API, without a slash at its end. */
  api: string;
  owner: string;
  repo: string;
}

/**
 * The repository that a remote's address names. `api`: the address that the project's settings give for the API; else it
 * is worked out of the remote's. A refusal is a reason for people.
 */
export function repositoryOf(
  { name, url }: Pick<Remote, "name" | "url">,
  api: string | null,
): Repository | { refusal: string } {
  const place = placeOf(url);
  const [owner, repo, ...rest] = place.path.slice(api === null ? 0 : -2);
  if (!owner || !repo || rest.length > 0 || (api === null && place.host === null)) {
    return {
      refusal: `A pull request needs a remote at GitHub, and ${name} is ${url}. For a server of another kind that speaks as GitHub does, give its API's address in the project's settings.`,
    };
  }
  return { api: (api ?? apiOf(place)).replace(/\/+$/, ""), owner, repo };
}

interface Place {
  scheme: "http" | "https";
  host: string | null;
  path: string[];
}

function placeOf(url: string): Place {
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = /^[a-z+]+:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  const path = (parsed ? decodeURI(parsed.pathname) : (scp?.[2] ?? url)).replace(/\.git\/?$/, "");
  // An address for ssh may have a port of ssh's own.
  const host = parsed
    ? /^https?:$/.test(parsed.protocol)
      ? parsed.host
      : parsed.hostname
    : (scp?.[1] ?? null);
  return {
    scheme: parsed?.protocol === "http:" ? "http" : "https",
    host: host || null,
    path: path.split("/").filter(Boolean),
  };
}

function apiOf({ scheme, host }: Place): string {
  if (host === "github.com" || host === "ssh.github.com") return "https://api.github.com";
  return host?.endsWith(".ghe.com") ? `https://api.${host}` : `${scheme}://${host}/api/v3`;
}

const PullRequestAnswer = z.object({
  html_url: z.string().regex(/^https?:\/\//),
  number: z.number().int(),
});
type PullRequestAnswer = z.infer<typeof PullRequestAnswer>;

/** The API has said no. `message` says why and what to do, for people. */
export class GithubRefusal extends Error {
  override readonly name = "GithubRefusal";
}

/** The open pull request from this branch of the repository into that one; null where there is none. */
export async function findPullRequest(
  repository: Repository,
  token: string,
  { head, base }: { head: string; base: string },
): Promise<PullRequestAnswer | null> {
  const { owner, repo } = repository;
  const given = { owner, repo, head: `${owner}:${head}`, base, state: "open" as const, per_page: 1 };
  const data = await ask(repository, token, (call) => call("GET /repos/{owner}/{repo}/pulls", given));
  return read(z.array(PullRequestAnswer), data)[0] ?? null;
}

export async function createPullRequest(
  repository: Repository,
  token: string,
  asked: { title: string; body: string; head: string; base: string },
): Promise<PullRequestAnswer> {
  const { owner, repo } = repository;
  const data = await ask(repository, token, (call) =>
    call("POST /repos/{owner}/{repo}/pulls", { owner, repo, ...asked }),
  );
  return read(PullRequestAnswer, data);
}

async function ask(
  repository: Repository,
  token: string,
  work: (call: typeof request) => Promise<{ data: unknown }>,
): Promise<unknown> {
  const call = request.defaults({
    baseUrl: repository.api,
    headers: { authorization: `token ${token}`, "user-agent": "phaseboard" },
    request: { signal: AbortSignal.timeout(ANSWER_MS) },
  });
  try {
    return (await work(call)).data;
  } catch (error) {
    throw new GithubRefusal(whyOf(repository, token, error));
  }
}

function read<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new GithubRefusal(
    "What answered is no API of GitHub's. Look at its address in the project's settings.",
  );
}

/** What octokit rejects with. `response` is missing where nothing answered. */
interface Answered {
  status?: number;
  message?: string;
  response?: {
    data?: { message?: string; errors?: (string | { message?: string; field?: string; code?: string })[] };
  };
}

const TOKEN =
  "Name a secret of the project in its settings (Git) with a token that may read and write contents and pull requests there.";

function whyOf({ api, owner, repo }: Repository, token: string, error: unknown): string {
  const { status, message = "", response } = error as Answered;
  const data = response?.data;
  const said = (typeof data?.message === "string" ? data.message : message)
    .replaceAll(token, "***")
    .replace(/\.$/, "");
  if (!response)
    return `${api} did not answer (${said}). Look at its address in the project's settings, and try again.`;
  switch (status) {
    case 401:
      return `${api} does not take the token (${said}). ${TOKEN}`;
    case 403:
      return `${api} refuses this to the token (${said}). ${TOKEN}`;
    case 404:
      return `There is no ${owner}/${repo} at ${api} that the token may see. ${TOKEN}`;
    case 422: {
      const why = (Array.isArray(data?.errors) ? data.errors : []).map((each) =>
        typeof each === "string"
          ? each
          : (each.message ?? `${each.field ?? "something"} is ${each.code ?? "wrong"}`),
      );
      return `${api} refuses the pull request: ${why.length > 0 ? why.join("; ") : said}.`;
    }
    default:
      return `${api} answered ${status} (${said}). Try again later.`;
  }
}
