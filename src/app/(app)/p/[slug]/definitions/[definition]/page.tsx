import type { Metadata } from "next";
import { pageCaller } from "../../../../../../api/page-caller";
import { DefinitionPage } from "../../../../../../features/definition-page/ui/definition-page";
import { inSentence, withMarks } from "../../../../../../lib/marks";

type Props = PageProps<"/p/[slug]/definitions/[definition]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, definition } = await params;
  const api = await pageCaller();
  try {
    const { id: project_id } = await api.projects.getBySlug({ slug });
    const found = await api.definitions.getBySlug({ project_id, slug: decodeURIComponent(definition) });
    return { title: withMarks(inSentence(found.name)) };
  } catch {
    // The page itself says why it cannot be opened.
    return { title: "Definition" };
  }
}

export default async function Page({ params }: Props) {
  const { definition } = await params;
  return <DefinitionPage slug={decodeURIComponent(definition)} />;
}
