import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says of who signs in there by this name. */
export type Claims = Record<string, unknown> & {
  email?: string;
  email_verified?: boolean;
  groups?: string[];
};

export interface TestProvider {
  issuer: string;
  client: { id: string; secret: string };
  /** By the name that is typed on its page. */
  people: Record<string, Claims>;
  /** Which of the client's requests came with PKCE, a state and a nonce. */
  asked: URLSearchParams[];
  stop(): Promise<void>;
  /** Serves again where it served before. */
  start(): Promise<void>;
}

/** A real OpenID Connect provider on loopback, with a page of its own to sign in, or to cancel. */
export async function startProvider(redirectUri: string): Promise<TestProvider> {
  const client = { id: "phaseboard", secret: "a secret of the client" };
  let server: Server = createServer();
  const port = await listen(server, 0);
  const issuer = `http://127.0.0.1:${port}`;
  const test: TestProvider = {
    issuer,
    client,
    people: {},
    asked: [],
    stop: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
    async start() {
      server = createServer(provider.callback());
      await listen(server, port);
    },
  };
  const scopes = "openid email profile groups";
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
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
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === "/auth") test.asked.push(new URLSearchParams(ctx.querystring));
    await next();
  });
  server.on("request", provider.callback());
  return test;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
