"use client";

import { KanbanSquare, ListTree, Rows3, Settings } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { useCommands } from "../../../components/commands";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { withMarks } from "../../../lib/marks";
import { rememberProject } from "./last-project";
import { useProject } from "./project-provider";

const TABS = [
  { label: "Board", path: "", icon: KanbanSquare, shortcut: "g b" },
  { label: "Runs", path: "/runs", icon: Rows3, shortcut: "g r" },
  { label: "Definitions", path: "/definitions", icon: ListTree, shortcut: "g d" },
  { label: "Settings", path: "/settings", icon: Settings, shortcut: "g s" },
] as const;

/** The top bar of a project with the page below it. `action` is the primary button, `banner` stands between. */
export function ProjectFrame({
  action,
  banner,
  children,
}: {
  action?: ReactNode;
  banner?: ReactNode;
  children: ReactNode;
}) {
  const project = useProject();
  const pathname = usePathname();
  const router = useRouter();
  const root = `/p/${project.slug}`;
  useEffect(() => rememberProject(project.slug), [project.slug]);
  useCommands(
    TABS.map((tab) => ({
      id: `go.tab${tab.path}`,
      label: `Go to ${tab.label.toLowerCase()}`,
      group: project.name,
      icon: tab.icon,
      shortcut: tab.shortcut,
      run: () => router.push(`${root}${tab.path}`),
    })),
  );
  const tabs = TABS.map(({ label, path }) => ({
    label,
    href: `${root}${path}`,
    active: path === "" ? pathname === root : pathname.startsWith(`${root}${path}`),
  }));
  return (
    <>
      <TopBar
        title={<span className="truncate">{withMarks(project.name)}</span>}
        tabs={tabs}
        action={action}
      />
      {banner}
      <FrameContent>{children}</FrameContent>
    </>
  );
}
