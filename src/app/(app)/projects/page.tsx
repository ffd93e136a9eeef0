import type { Metadata } from "next";
import { ImportProject } from "../../../features/moving/ui/import-project";
import { ProjectList } from "../../../features/projects/ui/project-list";

export const metadata: Metadata = { title: "Projects" };

export default function ProjectsPage() {
  return <ProjectList importing={<ImportProject />} />;
}
