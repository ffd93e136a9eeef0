"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";
import { can, type Scope } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import type { Project } from "../schema";

export interface OpenProject extends Project {
  /** Whether the person's role has the scope; what it does not allow is hidden. */
  may: (scope: Scope) => boolean;
}

const ProjectContext = createContext<OpenProject | null>(null);

/** Provides the project that the address names. `initial` is what the server read after checking rights. */
export function ProjectProvider({ initial, children }: { initial: Project; children: ReactNode }) {
  const query = trpc.projects.getBySlug.useQuery({ slug: initial.slug }, { initialData: initial });
  const project = query.data;
  const value = useMemo(() => ({ ...project, may: (scope: Scope) => can(project.role, scope) }), [project]);
  return <ProjectContext value={value}>{children}</ProjectContext>;
}

export function useProject(): OpenProject {
  const project = useContext(ProjectContext);
  if (!project) throw new Error("the project is used outside of ProjectProvider");
  return project;
}
