export const dynamic = "force-dynamic";

/** Answers that the web process lives, and nothing else; the benchmark's floor for every other route. */
export function GET(): Response {
  return new Response(null, { status: 204 });
}
