import type { Metadata } from "next";
import { DefinitionList } from "../../../../../features/definitions/ui/definition-list";

export const metadata: Metadata = { title: "Definitions" };

export default function DefinitionsPage() {
  return <DefinitionList />;
}
