import type { WebhookTrigger } from "../schema";

/** An example body with the fields that the webhook's expressions read. */
export function exampleBody({ args, if: condition }: Pick<WebhookTrigger, "args" | "if">): string {
  const expressions = JSON.stringify([args, condition]);
  const body: Record<string, unknown> = {};
  for (const [, path = ""] of expressions.matchAll(/\bbody((?:\.[A-Za-z_]\w*(?!\w*\())+)/g)) {
    const names = path.slice(1).split(".");
    let place = body;
    for (const name of names.slice(0, -1)) {
      const inner = Object.hasOwn(place, name) ? place[name] : undefined;
      const map = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
      place[name] = map;
      place = map;
    }
    const last = names.at(-1) ?? "";
    if (!Object.hasOwn(place, last)) place[last] = "…";
  }
  return JSON.stringify(body);
}

/** Shell commands that sign and send a body; they read the secret from the environment. */
export function curlExample(url: string, body: string): string {
  return `body='${body.replaceAll("'", `'\\''`)}'
time=$(date +%s)
signature=$(printf '%s.%s' "$time" "$body" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" | sed 's/.* //')
curl '${url}' \\
  -H 'Content-Type: application/json' \\
  -H "X-Phaseboard-Signature: t=$time,v1=$signature" \\
  --data-binary "$body"`;
}
