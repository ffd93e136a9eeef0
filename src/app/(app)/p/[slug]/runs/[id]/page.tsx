import type { Metadata } from "next";
import { RunPage } from "../../../../../../features/runs/ui/run-page";

export const metadata: Metadata = { title: "Run" };

export default async function Page({ params }: PageProps<"/p/[slug]/runs/[id]">) {
  const { id } = await params;
  return <RunPage key={id} id={id} />;
}
