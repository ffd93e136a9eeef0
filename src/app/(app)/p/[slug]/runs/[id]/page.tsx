import type { Metadata } from "next";
import { RunView } from "../../../../../../features/runs/ui/run-page";

export const metadata: Metadata = { title: "Run" };

export default async function Page({ params }: PageProps<"/p/[slug]/runs/[id]">) {
  const { id } = await params;
  return <RunView key={id} id={id} />;
}
