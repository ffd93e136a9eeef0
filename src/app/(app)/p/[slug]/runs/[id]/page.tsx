import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { pageCaller } from "../../../../../../api/page-caller";
import { RunOrReplay } from "../../../../../../features/replay/ui/run-or-replay";

export const metadata: Metadata = { title: "Run" };

/** The id of the run that the address names by its number; null where there is none. */
async function idOf(slug: string, number: string): Promise<string | null> {
  const api = await pageCaller();
  try {
    const project = await api.projects.getBySlug({ slug });
    return (await api.runs.byNumber({ project_id: project.id, number })).id;
  } catch {
    // The page itself says what is missing.
    return null;
  }
}

export default async function Page({ params }: PageProps<"/p/[slug]/runs/[id]">) {
  const { slug, id } = await params;
  const named = /^\d{1,9}$/.test(id) ? await idOf(slug, id) : null;
  if (named !== null) redirect(`/p/${slug}/runs/${named}`);
  return <RunOrReplay key={id} id={id} />;
}
