/** Next calls this once as the web process starts; what needs Node is kept out of the other runtimes. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startBackground } = await import("./api/background");
  await startBackground();
}
