import { body, inHeader, inPath, json, objectOf, refusals } from "./parts";

const answer = (description: string, properties: Record<string, unknown>) => ({
  description,
  content: json(objectOf({ data: objectOf(properties) })),
});

/** Where webhooks are delivered. */
export function hookPaths(): Record<string, object> {
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
          inPath("trigger_id", "The webhook, as the definition's page shows it"),
          inHeader(
            "X-Phaseboard-Signature",
            "`t=<seconds since 1970>,v1=<signature over the time, a dot and the body>`; the time may be 5 minutes off, and a signature comes once",
          ),
          inHeader("X-Hub-Signature-256", "`sha256=<signature over the body>`, as GitHub sends it"),
          inHeader(
            "X-Phaseboard-Delivery",
            "An id: the same one again gives the first run and starts no other",
          ),
          inHeader("X-GitHub-Delivery", "As X-Phaseboard-Delivery"),
        ],
        requestBody: {
          content: { ...json({}), ...body("text/plain") },
        },
        responses: {
          200: answer("The webhook's `if` is not true for it", {
            run_id: { type: "null" },
            reason: { type: "string" },
          }),
          202: answer("A run was started", { run_id: { type: "string" } }),
          ...refusals(400, 401, 404, 409, 413, 429),
        },
      },
    },
  };
}
