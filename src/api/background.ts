import { startDefinitionWatcher } from "../features/definitions/watch-definitions";
import { web } from "../trpc/web";

const shared = globalThis as typeof globalThis & { phaseboardBackground?: Promise<unknown> };

/** What the web process does beside answering: it watches the projects' definitions. Once, however often called. */
export async function startBackground(): Promise<void> {
  shared.phaseboardBackground ??= startDefinitionWatcher({ db: web().db });
  await shared.phaseboardBackground;
}
