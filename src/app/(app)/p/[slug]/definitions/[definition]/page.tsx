import type { Metadata } from "next";
import { DefinitionPage } from "../../../../../../features/definition-page/ui/definition-page";

export const metadata: Metadata = { title: "Definition" };

export default async function Page({ params }: PageProps<"/p/[slug]/definitions/[definition]">) {
  const { definition } = await params;
  return <DefinitionPage slug={decodeURIComponent(definition)} />;
}
