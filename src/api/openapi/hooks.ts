const header = (name: string, description: string) => ({
  name,
  in: "header",
  description,
  schema: { type: "string" },
});

const answer = (description: string, properties: object) => ({
  description,
  content: {
    "application/json": {
      schema: {
        type: "object",
        required: ["data"],
        properties: { data: { type: "object", required: Object.keys(properties), properties } },
      },
    },
  },
});

/** Where webhooks are delivered. `error` is the response of every refusal. */
export function hookPaths(error: object): Record<string, object> {
  return {
    "/hooks/{trigger_id}": {
      post: {
        operationId: "triggers-deliver",
        tags: ["triggers"],
        summary: "Deliver to a webhook, which starts a run",
        description:
          "Signed with the webhook's secret (HMAC-SHA256 in hex) in one of two headers. The raw body has at most 1 MB; JSON is read as such, a form as a map of texts, anything else as text. A webhook takes 60 deliveries a minute.",
        security: [],
        parameters: [
          {
            name: "trigger_id",
            in: "path",
            required: true,
            description: "The webhook, as the definition's page shows it",
            schema: { type: "string" },
          },
          header(
            "X-Phaseboard-Signature",
            "`t=<seconds since 1970>,v1=<signature over the time, a dot and the body>`; the time may be 5 minutes off, and a signature comes once",
          ),
          header("X-Hub-Signature-256", "`sha256=<signature over the body>`, as GitHub sends it"),
          header(
            "X-Phaseboard-Delivery",
            "An id: the same one again gives the first run and starts no other",
          ),
          header("X-GitHub-Delivery", "As X-Phaseboard-Delivery"),
        ],
        requestBody: {
          content: { "application/json": { schema: {} }, "text/plain": { schema: { type: "string" } } },
        },
        responses: {
          200: answer("The webhook's `if` is not true for it", {
            run_id: { type: "null" },
            reason: { type: "string" },
          }),
          202: answer("A run was started", { run_id: { type: "string" } }),
          ...{ 400: error, 401: error, 404: error, 409: error, 413: error, 429: error },
        },
      },
    },
  };
}
