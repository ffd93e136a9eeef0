import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says of who signs in there by this name. */
export type Claims = Record<string, unknown> & {
  email?: string;
  email_verified?: boolean;
  groups?: string[];
};

/** How a provider fails that is there: an error, no JSON, silence, or a byte now and then. */
export type Fault = "error" | "garbage" | "silent" | "drip";

export interface TestProvider {
  issuer: string;
  client: { id: string; secret: string };
  /** By the name that is typed on its page. */
  people: Record<string, Claims>;
  /** Which of the client's requests came with PKCE, a state and a nonce. */
  asked: URLSearchParams[];
  /** Set: it answers nothing else. */
  fault: Fault | null;
  /** From now on it signs with keys that nobody has seen before. */
  rotateKeys(): void;
  /** Puts its clock this far ahead of the true one, or behind it. */
  shiftClock(ms: number): void;
  stop(): Promise<void>;
  /** Serves again where it served before. */
  start(): Promise<void>;
}

/** A real OpenID Connect provider on loopback, with a page of its own to sign in, or to cancel. */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const trueNow = Date.now;
  const client = { id: "phaseboard", secret: "a secret of the client" };
  let server: Server = createServer();
  const port = await listen(server, 0);
  const issuer = `http://127.0.0.1:${port}`;
  const test: TestProvider = {
    issuer,
    client,
    people: {},
    asked: [],
    fault: null,
    rotateKeys() {
      answer = makeProvider().callback();
    },
    // It takes the time from there, and nothing else here does while a test has it shifted.
    shiftClock(ms) {
      Date.now = ms === 0 ? trueNow : () => trueNow() + ms;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
    async start() {
      server = createServer(handle);
      await listen(server, port);
    },
  };
  const scopes = "openid email profile groups";
  const newKey = () => {
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
    return { ...key, kid: `key of ${trueNow()}`, use: "sig", alg: "RS256" };
  };
  const makeProvider = () =>
    watched(
      new Provider(issuer, {
        jwks: { keys: [newKey()] },
        // Its cookies outlive a clock that is behind.
        ttl: { Interaction: 86_400, Session: 86_400, Grant: 86_400 },
        clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
        claims: {
          openid: ["sub"],
          email: ["email", "email_verified"],
          profile: ["name"],
          groups: ["groups"],
        },
        scopes: scopes.split(" "),
        pkce: { required: () => true },
        cookies: { keys: ["a key of the test's cookies"] },
        findAccount: (_, sub) => ({
          accountId: sub,
          claims: async () => ({ ...test.people[sub], sub }),
        }),
        // Nobody is asked whether the board may know them.
        async loadExistingGrant(ctx) {
          const grant = new ctx.oidc.provider.Grant({
            clientId: ctx.oidc.client?.clientId,
            accountId: ctx.oidc.session?.accountId,
          });
          grant.addOIDCScope(scopes);
          await grant.save();
          return grant;
        },
      }),
    );
  const watched = (provider: Provider) => {
    provider.use(async (ctx, next) => {
      if (ctx.path === "/auth") test.asked.push(new URLSearchParams(ctx.querystring));
      await next();
    });
    return provider;
  };
  let answer = makeProvider().callback();
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    test.fault ? fail(test.fault, response) : void answer(request, response);
  server.on("request", handle);
  return test;
}

function fail(fault: Fault, response: ServerResponse): void {
  if (fault === "error") response.writeHead(500).end("down for maintenance");
  if (fault === "garbage") response.writeHead(200, { "content-type": "application/json" }).end("<html>");
  if (fault !== "drip") return;
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 500);
  response.once("close", () => clearInterval(timer));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
